-- The guards of the books on SQLite; postgresql.sql says the same in its dialect.
-- A statement ends with a semicolon before an empty line.

-- 1. Nothing that is written is rewritten: not by UPDATE or DELETE, and not by REPLACE, which
-- deletes unseen by triggers on connections that did not ask for recursive ones.

CREATE TRIGGER unit_is_not_changed BEFORE UPDATE ON ledger_unit
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER unit_is_not_deleted BEFORE DELETE ON ledger_unit
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER unit_is_not_replaced BEFORE INSERT ON ledger_unit
WHEN EXISTS (SELECT 1 FROM ledger_unit WHERE id = NEW.id OR code = NEW.code)
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON ledger_entry
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON ledger_entry
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER entry_is_not_replaced BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id)
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER entry_keeps_its_key BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE idempotency_key = NEW.idempotency_key)
BEGIN
    SELECT raise(ABORT, 'entry_is_posted_once');
END;

CREATE TRIGGER entry_is_reversed_once BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE reverses_id = NEW.reverses_id)
BEGIN
    SELECT raise(ABORT, 'ledger_entry_reverses_id');
END;

CREATE TRIGGER transfer_is_not_changed BEFORE UPDATE ON ledger_transfer
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER transfer_is_not_deleted BEFORE DELETE ON ledger_transfer
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER transfer_is_not_replaced BEFORE INSERT ON ledger_transfer
WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM ledger_transfer WHERE entry_id = NEW.entry_id AND line = NEW.line)
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER transfer_resolves_once BEFORE INSERT ON ledger_transfer
WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE hold_id = NEW.hold_id)
BEGIN
    SELECT raise(ABORT, 'ledger_transfer_hold_id');
END;

CREATE TRIGGER account_is_not_deleted BEFORE DELETE ON ledger_account
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

CREATE TRIGGER account_is_not_replaced BEFORE INSERT ON ledger_account
WHEN EXISTS (SELECT 1 FROM ledger_account WHERE id = NEW.id OR code = NEW.code)
BEGIN
    SELECT raise(ABORT, 'books_are_append_only');
END;

-- 2. An account opens empty; its policy never changes; its totals follow its transfers.

CREATE TRIGGER account_opens_empty BEFORE INSERT ON ledger_account
WHEN NEW.debits_posted IS NOT 0 OR NEW.credits_posted IS NOT 0 OR NEW.debits_pending IS NOT 0
    OR NEW.credits_pending IS NOT 0 OR NEW.last_transfer IS NOT 0 OR NEW.closed_at IS NOT NULL
    OR typeof(NEW.floor) NOT IN ('integer', 'null')
BEGIN
    SELECT raise(ABORT, 'account_opens_empty');
END;

CREATE TRIGGER account_policy_is_fixed BEFORE UPDATE ON ledger_account
WHEN NEW.id IS NOT OLD.id OR NEW.code IS NOT OLD.code OR NEW.unit_id IS NOT OLD.unit_id
    OR NEW.normal IS NOT OLD.normal OR NEW.purpose IS NOT OLD.purpose
    OR NEW.owner_ref IS NOT OLD.owner_ref OR NEW.floor IS NOT OLD.floor
    OR NEW.expires_on IS NOT OLD.expires_on OR NEW.opened_at IS NOT OLD.opened_at
BEGIN
    SELECT raise(ABORT, 'account_policy_is_fixed');
END;

-- SQLite cannot tell who writes. So totals may change only by exactly what the newest transfer
-- says of this account, and only once for it: last_transfer must move to it, and forward.
CREATE TRIGGER account_totals_are_posted BEFORE UPDATE ON ledger_account
WHEN (NEW.debits_posted IS NOT OLD.debits_posted OR NEW.credits_posted IS NOT OLD.credits_posted
    OR NEW.debits_pending IS NOT OLD.debits_pending
    OR NEW.credits_pending IS NOT OLD.credits_pending
    OR NEW.last_transfer IS NOT OLD.last_transfer)
AND NOT (NEW.last_transfer > OLD.last_transfer
    AND NEW.last_transfer = (SELECT max(id) FROM ledger_transfer)
    AND EXISTS (
        SELECT 1 FROM (
            SELECT t.debit_id, t.credit_id,
                CASE WHEN t.phase IN ('single', 'post') THEN t.amount ELSE 0 END AS posted,
                CASE t.phase WHEN 'single' THEN 0 WHEN 'hold' THEN t.amount
                    ELSE -h.amount END AS pending
            FROM ledger_transfer t LEFT JOIN ledger_transfer h ON h.id = t.hold_id
            WHERE t.id = NEW.last_transfer
        ) WHERE (debit_id = NEW.id
            AND NEW.debits_posted = OLD.debits_posted + posted
            AND NEW.debits_pending = OLD.debits_pending + pending
            AND NEW.credits_posted = OLD.credits_posted
            AND NEW.credits_pending = OLD.credits_pending)
        OR (credit_id = NEW.id
            AND NEW.credits_posted = OLD.credits_posted + posted
            AND NEW.credits_pending = OLD.credits_pending + pending
            AND NEW.debits_posted = OLD.debits_posted
            AND NEW.debits_pending = OLD.debits_pending)))
BEGIN
    SELECT raise(ABORT, 'account_totals_are_posted');
END;

CREATE TRIGGER account_is_open BEFORE UPDATE ON ledger_account
WHEN OLD.closed_at IS NOT NULL
    AND (NEW.closed_at IS NOT OLD.closed_at OR NEW.last_transfer IS NOT OLD.last_transfer)
BEGIN
    SELECT raise(ABORT, 'account_is_open');
END;

CREATE TRIGGER account_closes_empty BEFORE UPDATE ON ledger_account
WHEN OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL
    AND (NEW.debits_posted <> NEW.credits_posted
    OR NEW.debits_pending <> 0 OR NEW.credits_pending <> 0)
BEGIN
    SELECT raise(ABORT, 'account_closes_empty');
END;

-- 3. A transfer joins two open accounts of one unit; a post or void matches its hold.

CREATE TRIGGER transfer_is_sound BEFORE INSERT ON ledger_transfer
BEGIN
    SELECT raise(ABORT, 'transfer_is_whole')
    WHERE typeof(NEW.amount) <> 'integer' OR typeof(NEW.line) <> 'integer';
    SELECT raise(ABORT, 'transfer_has_both_accounts')
    WHERE (SELECT count(*) FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id))
        <> (CASE WHEN NEW.debit_id = NEW.credit_id THEN 1 ELSE 2 END);
    SELECT raise(ABORT, 'transfer_units_agree')
    WHERE (SELECT unit_id FROM ledger_account WHERE id = NEW.debit_id)
        <> (SELECT unit_id FROM ledger_account WHERE id = NEW.credit_id);
    SELECT raise(ABORT, 'account_is_open')
    FROM ledger_account WHERE id IN (NEW.debit_id, NEW.credit_id) AND closed_at IS NOT NULL;
END;

CREATE TRIGGER transfer_resolves_its_hold BEFORE INSERT ON ledger_transfer
WHEN NEW.hold_id IS NOT NULL
BEGIN
    SELECT raise(ABORT, 'transfer_matches_its_hold')
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger_transfer WHERE id = NEW.hold_id AND phase = 'hold'
            AND debit_id = NEW.debit_id AND credit_id = NEW.credit_id);
    SELECT raise(ABORT, 'transfer_fits_its_hold')
    FROM ledger_transfer WHERE id = NEW.hold_id
        AND (NEW.amount > amount OR (NEW.phase = 'void' AND NEW.amount <> amount));
    SELECT raise(ABORT, 'transfer_settles_in_time')
    FROM ledger_transfer WHERE id = NEW.hold_id AND NEW.phase = 'post'
        AND strftime('%Y-%m-%d %H:%M:%f', 'now') > expires_at;
END;

-- 4. A transfer moves the totals of its two accounts.

CREATE TRIGGER transfer_moves_posted AFTER INSERT ON ledger_transfer WHEN NEW.phase = 'single'
BEGIN
    UPDATE ledger_account
    SET debits_posted = debits_posted + NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.debit_id;
    UPDATE ledger_account
    SET credits_posted = credits_posted + NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.credit_id;
END;

CREATE TRIGGER transfer_moves_pending AFTER INSERT ON ledger_transfer WHEN NEW.phase = 'hold'
BEGIN
    UPDATE ledger_account
    SET debits_pending = debits_pending + NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.debit_id;
    UPDATE ledger_account
    SET credits_pending = credits_pending + NEW.amount, last_transfer = NEW.id
    WHERE id = NEW.credit_id;
END;

CREATE TRIGGER transfer_moves_both AFTER INSERT ON ledger_transfer
WHEN NEW.phase IN ('post', 'void')
BEGIN
    UPDATE ledger_account
    SET debits_posted = debits_posted + CASE NEW.phase WHEN 'post' THEN NEW.amount ELSE 0 END,
        debits_pending = debits_pending
            - (SELECT amount FROM ledger_transfer WHERE id = NEW.hold_id),
        last_transfer = NEW.id
    WHERE id = NEW.debit_id;
    UPDATE ledger_account
    SET credits_posted = credits_posted + CASE NEW.phase WHEN 'post' THEN NEW.amount ELSE 0 END,
        credits_pending = credits_pending
            - (SELECT amount FROM ledger_transfer WHERE id = NEW.hold_id),
        last_transfer = NEW.id
    WHERE id = NEW.credit_id;
END;
