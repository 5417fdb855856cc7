"""How a model is made. Only `manage.py train_estimator` comes here; the site never does."""
