from __future__ import annotations

from django.urls import path

from market.produce import views

app_name = "produce"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("certificates/<int:pk>/", views.certificate, name="certificate"),
    path("<slug:digest>.png", views.catalogue_picture, name="catalogue-picture"),
    path("<slug:sku>/<slug:digest>.png", views.picture, name="picture"),
    path("<slug:sku>/", views.product, name="product"),
]
