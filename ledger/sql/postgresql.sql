-- The guards of the books on PostgreSQL; sqlite.sql says the same in its dialect.
-- A statement ends with a semicolon before an empty line. Trigger statements are spelled as
-- pg_get_triggerdef() prints them, so that ledger/triggers.py can tell an altered one.

-- 1. Nothing that is written is rewritten.

CREATE OR REPLACE FUNCTION ledger_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = '23514', CONSTRAINT = 'books_are_append_only';
END $$;

CREATE TRIGGER unit_is_written_once BEFORE DELETE OR UPDATE ON ledger_unit FOR EACH ROW EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER unit_is_not_truncated BEFORE TRUNCATE ON ledger_unit FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER entry_is_written_once BEFORE DELETE OR UPDATE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER entry_is_not_truncated BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER transfer_is_written_once BEFORE DELETE OR UPDATE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER transfer_is_not_truncated BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER account_is_not_deleted BEFORE DELETE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER account_is_not_truncated BEFORE TRUNCATE ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

-- 2. An account opens empty; its policy never changes; its totals follow its transfers.

CREATE OR REPLACE FUNCTION ledger_check_opening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.debits_posted, NEW.credits_posted, NEW.debits_pending, NEW.credits_pending,
        NEW.last_transfer) IS DISTINCT FROM (0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint)
        OR NEW.closed_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'account % does not open empty', NEW.code
            USING ERRCODE = '23514', CONSTRAINT = 'account_opens_empty';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_opens_empty BEFORE INSERT ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_check_opening();

CREATE OR REPLACE FUNCTION ledger_check_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    totals_change boolean := (NEW.debits_posted, NEW.credits_posted, NEW.debits_pending,
        NEW.credits_pending, NEW.last_transfer) IS DISTINCT FROM (OLD.debits_posted,
        OLD.credits_posted, OLD.debits_pending, OLD.credits_pending, OLD.last_transfer);
BEGIN
    IF (NEW.id, NEW.code, NEW.unit_id, NEW.normal, NEW.purpose, NEW.owner_ref, NEW.floor,
        NEW.expires_on, NEW.opened_at) IS DISTINCT FROM (OLD.id, OLD.code, OLD.unit_id,
        OLD.normal, OLD.purpose, OLD.owner_ref, OLD.floor, OLD.expires_on, OLD.opened_at)
    THEN
        RAISE EXCEPTION 'the policy of account % is fixed', OLD.code
            USING ERRCODE = '23514', CONSTRAINT = 'account_policy_is_fixed';
    END IF;
    -- Depth 1 is this trigger, called by whoever writes; 2 is this one, called by the other.
    IF totals_change AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the totals of account % change only with a transfer', OLD.code
            USING ERRCODE = '23514', CONSTRAINT = 'account_totals_are_posted';
    END IF;
    IF OLD.closed_at IS NOT NULL AND (totals_change OR NEW.closed_at IS DISTINCT FROM OLD.closed_at)
    THEN
        RAISE EXCEPTION 'account % is closed', OLD.code
            USING ERRCODE = '23514', CONSTRAINT = 'account_is_open';
    END IF;
    IF NEW.closed_at IS NOT NULL AND (NEW.debits_posted <> NEW.credits_posted
        OR NEW.debits_pending <> 0 OR NEW.credits_pending <> 0)
    THEN
        RAISE EXCEPTION 'account % is not empty', OLD.code
            USING ERRCODE = '23514', CONSTRAINT = 'account_closes_empty';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_changes_by_transfers BEFORE UPDATE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_check_change();

-- 3. A transfer joins two open accounts of one unit; a post or void matches its hold.

CREATE OR REPLACE FUNCTION ledger_check_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    debit record;
    credit record;
    held record;
    broken text;
BEGIN
    SELECT unit_id, closed_at INTO debit FROM ledger_account WHERE id = NEW.debit_id;
    SELECT unit_id, closed_at INTO credit FROM ledger_account WHERE id = NEW.credit_id;
    IF debit.unit_id IS NULL OR credit.unit_id IS NULL THEN
        broken := 'transfer_has_both_accounts';
    ELSIF debit.unit_id <> credit.unit_id THEN
        broken := 'transfer_units_agree';
    ELSIF debit.closed_at IS NOT NULL OR credit.closed_at IS NOT NULL THEN
        broken := 'account_is_open';
    ELSIF NEW.hold_id IS NOT NULL THEN
        SELECT phase, debit_id, credit_id, amount, expires_at INTO held
            FROM ledger_transfer WHERE id = NEW.hold_id;
        IF (held.phase, held.debit_id, held.credit_id)
            IS DISTINCT FROM ('hold'::varchar, NEW.debit_id, NEW.credit_id)
        THEN
            broken := 'transfer_matches_its_hold';
        ELSIF NEW.amount > held.amount OR (NEW.phase = 'void' AND NEW.amount <> held.amount) THEN
            broken := 'transfer_fits_its_hold';
        ELSIF NEW.phase = 'post' AND clock_timestamp() > held.expires_at THEN
            broken := 'transfer_settles_in_time';
        END IF;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'transfer breaks %', broken USING ERRCODE = '23514', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER transfer_is_sound BEFORE INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_check_transfer();

-- 4. A transfer moves the totals of its two accounts, the lower id first.

CREATE OR REPLACE FUNCTION ledger_apply_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    posted bigint := 0;
    pending bigint := 0;
    side bigint;
BEGIN
    IF NEW.phase IN ('single', 'post') THEN
        posted := NEW.amount;
    END IF;
    IF NEW.phase = 'hold' THEN
        pending := NEW.amount;
    ELSIF NEW.hold_id IS NOT NULL THEN
        SELECT -amount INTO STRICT pending FROM ledger_transfer WHERE id = NEW.hold_id;
    END IF;
    FOREACH side IN ARRAY ARRAY[least(NEW.debit_id, NEW.credit_id), greatest(NEW.debit_id, NEW.credit_id)]
    LOOP
        IF side = NEW.debit_id THEN
            UPDATE ledger_account SET debits_posted = debits_posted + posted,
                debits_pending = debits_pending + pending,
                last_transfer = greatest(last_transfer, NEW.id) WHERE id = side;
        ELSE
            UPDATE ledger_account SET credits_posted = credits_posted + posted,
                credits_pending = credits_pending + pending,
                last_transfer = greatest(last_transfer, NEW.id) WHERE id = side;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER transfer_moves_totals AFTER INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_apply_transfer();
