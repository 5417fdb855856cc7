"""The table of wrong settings: what is changed in a sound environment, and what must be said."""

from __future__ import annotations

SECRET = "8sJq2vX0LmWc7RtYb4Kp9ZdFg3HnUe6AiVoQxTy1CwMhNrEzPk"
DEMO = {
    "EXDEP_DEMO": "1",
    "SECRET_KEY": None,
    "ALLOWED_HOSTS": None,
    "EMAIL_URL": None,
    "EXDEP_BEHIND_TLS": None,
}

# What is changed in a sound environment (None: left out), and what the line must begin with and
# say. {home} is the deployment's folder; it holds keys.json, a file `plain` and a folder `folder`.
WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "secret_key missing": ({"SECRET_KEY": None}, "SECRET_KEY: is not set; write 50"),
    "secret_key missing in an empty place": (
        {"SECRET_KEY": None, "EXDEP_KEY_FILE": None, "EXDEP_DATA_DIR": "{home}/folder"},
        "SECRET_KEY: is not set; write 50",
    ),
    "secret_key empty": ({"SECRET_KEY": ""}, "SECRET_KEY: is empty; write 50"),
    "secret_key short": ({"SECRET_KEY": SECRET[:49]}, "SECRET_KEY: is too short"),
    "secret_key plain": ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY: is too short or too plain"),
    "secret_key empty in demo": ({**DEMO, "SECRET_KEY": ""}, "SECRET_KEY: is empty"),
    "database_url empty": ({"DATABASE_URL": ""}, "DATABASE_URL: is empty"),
    "database_url word": (
        {"DATABASE_URL": "exdep"},
        "DATABASE_URL: cannot be read; write postgres://",
    ),
    "database_url scheme": ({"DATABASE_URL": "mysql://h/db"}, "DATABASE_URL: cannot be read"),
    "database_url port": ({"DATABASE_URL": "postgres://h:abc/db"}, "DATABASE_URL: cannot be read"),
    "database_url port range": (
        {"DATABASE_URL": "postgres://h:70000/db"},
        "DATABASE_URL: cannot be",
    ),
    "database_url no name": (
        {"DATABASE_URL": "postgres://h:5432"},
        "DATABASE_URL: names no database",
    ),
    "database_url two names": (
        {"DATABASE_URL": "postgres://h/a/b"},
        "DATABASE_URL: names no database",
    ),
    "database_url memory": ({"DATABASE_URL": "sqlite://:memory:"}, "DATABASE_URL: "),
    "database_url sqlite no file": ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL: names no file"),
    "database_url sqlite host": ({"DATABASE_URL": "sqlite://h/f"}, "DATABASE_URL: names no file"),
    "database_url sqlite folder": (
        {"DATABASE_URL": "sqlite:///{home}"},
        "DATABASE_URL: {home} is a folder",
    ),
    "database_url sqlite nowhere": (
        {"DATABASE_URL": "sqlite:///{home}/no/such/db"},
        "DATABASE_URL: the folder {home}/no/such does not exist",
    ),
    "data_dir empty": ({"EXDEP_DATA_DIR": ""}, "EXDEP_DATA_DIR: is empty"),
    "data_dir file": ({"EXDEP_DATA_DIR": "{home}/plain"}, "EXDEP_DATA_DIR: {home}/plain is a file"),
    "data_dir below a file": (
        {"EXDEP_DATA_DIR": "{home}/plain/x"},
        "EXDEP_DATA_DIR: {home}/plain/x cannot be made",
    ),
    "key_file missing": (
        {"EXDEP_KEY_FILE": None, "EXDEP_DATA_DIR": "{home}/folder"},
        "EXDEP_KEY_FILE: {home}/folder/keys.json does not exist; make one",
    ),
    "key_file empty": ({"EXDEP_KEY_FILE": ""}, "EXDEP_KEY_FILE: is empty"),
    "key_file elsewhere": (
        {"EXDEP_KEY_FILE": "{home}/none.json"},
        "EXDEP_KEY_FILE: {home}/none.json does not exist",
    ),
    "key_file malformed": (
        {"EXDEP_KEY_FILE": "{home}/plain"},
        "EXDEP_KEY_FILE: {home}/plain is not a key file",
    ),
    "key_file folder": (
        {"EXDEP_KEY_FILE": "{home}/folder"},
        "EXDEP_KEY_FILE: {home}/folder is not a key file",
    ),
    "key_file cannot be made in demo": (
        {**DEMO, "EXDEP_KEY_FILE": "{home}/plain/keys.json"},
        "EXDEP_KEY_FILE: {home}/plain/keys.json cannot be made",
    ),
    "study empty": ({"EXDEP_STUDY": ""}, "EXDEP_STUDY: is empty"),
    "study unknown": (
        {"EXDEP_STUDY": "exdep13"},
        "EXDEP_STUDY: there is no protocol 'exdep13'; write one of: exdep12",
    ),
    "study path": ({"EXDEP_STUDY": "../exdep12"}, "EXDEP_STUDY: there is no protocol"),
    "demo empty": ({"EXDEP_DEMO": ""}, "EXDEP_DEMO: write 0 or 1"),
    "demo word": ({"EXDEP_DEMO": "yes"}, "EXDEP_DEMO: write 0 or 1, not 'yes'"),
    "demo with tls": (
        {**DEMO, "EXDEP_BEHIND_TLS": "1"},
        "EXDEP_BEHIND_TLS: a demo has known passwords",
    ),
    "demo_password without demo": (
        {"EXDEP_DEMO_PASSWORD": "x"},
        "EXDEP_DEMO_PASSWORD: only a demo",
    ),
    "demo_password empty": ({**DEMO, "EXDEP_DEMO_PASSWORD": ""}, "EXDEP_DEMO_PASSWORD: is empty"),
    "behind_tls empty": ({"EXDEP_BEHIND_TLS": ""}, "EXDEP_BEHIND_TLS: write 0 or 1"),
    "behind_tls word": ({"EXDEP_BEHIND_TLS": "true"}, "EXDEP_BEHIND_TLS: write 0 or 1"),
    "staff_mfa empty": ({"EXDEP_REQUIRE_STAFF_MFA": ""}, "EXDEP_REQUIRE_STAFF_MFA: write 0 or 1"),
    "staff_mfa word": ({"EXDEP_REQUIRE_STAFF_MFA": "no"}, "EXDEP_REQUIRE_STAFF_MFA: write 0 or 1"),
    "allowed_hosts missing": ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS: is not set; write"),
    "allowed_hosts empty": ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS: is empty; write"),
    "allowed_hosts star": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS: '*' is not a host name"),
    "allowed_hosts scheme": (
        {"ALLOWED_HOSTS": "https://a.org"},
        "ALLOWED_HOSTS: 'https://a.org' is not",
    ),
    "allowed_hosts port": ({"ALLOWED_HOSTS": "a.org:443"}, "ALLOWED_HOSTS: 'a.org:443' is not"),
    "allowed_hosts second": ({"ALLOWED_HOSTS": "a.org,b_c"}, "ALLOWED_HOSTS: 'b_c' is not"),
    "origins empty": ({"CSRF_TRUSTED_ORIGINS": ""}, "CSRF_TRUSTED_ORIGINS: is empty"),
    "origins no scheme": (
        {"CSRF_TRUSTED_ORIGINS": "study.example.org"},
        "CSRF_TRUSTED_ORIGINS: 'study.example.org' is no origin",
    ),
    "origins path": (
        {"CSRF_TRUSTED_ORIGINS": "https://study.example.org/a"},
        "CSRF_TRUSTED_ORIGINS: ",
    ),
    "origins port": (
        {"CSRF_TRUSTED_ORIGINS": "https://study.example.org:x"},
        "CSRF_TRUSTED_ORIGINS: ",
    ),
    "origins http behind tls": (
        {"CSRF_TRUSTED_ORIGINS": "http://study.example.org"},
        "CSRF_TRUSTED_ORIGINS: 'http://study.example.org' is not https, but EXDEP_BEHIND_TLS is 1",
    ),
    "origins other host": (
        {"CSRF_TRUSTED_ORIGINS": "https://b.org"},
        "CSRF_TRUSTED_ORIGINS: b.org is missing in ALLOWED_HOSTS",
    ),
    "email_url empty": ({"EMAIL_URL": ""}, "EMAIL_URL: is empty"),
    "email_url word": ({"EMAIL_URL": "localhost"}, "EMAIL_URL: cannot be read; write smtp+tls://"),
    "email_url port": ({"EMAIL_URL": "smtp://h:abc"}, "EMAIL_URL: cannot be read"),
    "email_url no host": ({"EMAIL_URL": "smtp://"}, "EMAIL_URL: names no host"),
    "email_url no folder": ({"EMAIL_URL": "filemail:///{home}/none"}, "EMAIL_URL: names no folder"),
    "email_url prints codes": (
        {"EMAIL_URL": "consolemail://"},
        "EMAIL_URL: consolemail prints sign-in codes",
    ),
    "sms_gateway empty": ({"EXDEP_SMS_GATEWAY": ""}, "EXDEP_SMS_GATEWAY: is empty"),
    "sms_gateway word": (
        {"EXDEP_SMS_GATEWAY": "https://sms.example.org"},
        "EXDEP_SMS_GATEWAY: cannot be read; write webhook:https://",
    ),
    "sms_gateway no host": (
        {"EXDEP_SMS_GATEWAY": "webhook:https://"},
        "EXDEP_SMS_GATEWAY: cannot be read",
    ),
    "sms_gateway in the open": (
        {"EXDEP_SMS_GATEWAY": "webhook:http://sms.example.org/"},
        "EXDEP_SMS_GATEWAY: is not https",
    ),
    "sms_gateway reaches nobody": (
        {"EXDEP_SMS_GATEWAY": "log"},
        "EXDEP_SMS_GATEWAY: log reaches nobody",
    ),
    "sms_secret missing": (
        {"EXDEP_SMS_GATEWAY": "webhook:https://sms.example.org/"},
        "EXDEP_SMS_SECRET: write the secret of EXDEP_SMS_GATEWAY",
    ),
    "sms_secret short": (
        {
            "EXDEP_SMS_GATEWAY": "webhook:https://sms.example.org/",
            "EXDEP_SMS_SECRET": "secret",
        },
        "EXDEP_SMS_SECRET: write the secret of EXDEP_SMS_GATEWAY",
    ),
    "sms_secret alone": (
        {"EXDEP_SMS_SECRET": "0123456789abcdef"},
        "EXDEP_SMS_SECRET: is set without EXDEP_SMS_GATEWAY",
    ),
    "redis_url empty": ({"REDIS_URL": ""}, "REDIS_URL: is empty"),
    "redis_url word": ({"REDIS_URL": "localhost:6379"}, "REDIS_URL: cannot be read"),
    "redis_url database": ({"REDIS_URL": "redis://h:6379/a"}, "REDIS_URL: cannot be read"),
    "port empty": ({"PORT": ""}, "PORT: is empty"),
    "port word": ({"PORT": "http"}, "PORT: write a number from 1 to 65535, not 'http'"),
    "port zero": ({"PORT": "0"}, "PORT: write a number from 1 to 65535"),
    "port too high": ({"PORT": "65536"}, "PORT: write a number from 1 to 65535"),
    "site_name empty": ({"EXDEP_SITE_NAME": " "}, "EXDEP_SITE_NAME: is empty"),
    "site_name long": ({"EXDEP_SITE_NAME": "x" * 31}, "EXDEP_SITE_NAME: has 31 characters"),
    "site_name lines": (
        {"EXDEP_SITE_NAME": "a\nBcc: b"},
        "EXDEP_SITE_NAME: holds a control character",
    ),
    "mail_from empty": ({"EXDEP_MAIL_FROM": ""}, "EXDEP_MAIL_FROM: is empty"),
    "mail_from name only": (
        {"EXDEP_MAIL_FROM": "My Week"},
        "EXDEP_MAIL_FROM: holds no e-mail address",
    ),
    "misspelt": (
        {"EXDEP_STUDDY": "exdep12"},
        "EXDEP_STUDDY: is no setting; leave it out (do you mean EXDEP_STUDY?)",
    ),
    "env_file missing": ({"EXDEP_ENV_FILE": "{home}/none.env"}, "EXDEP_ENV_FILE: "),
    "env_file malformed": ({"EXDEP_ENV_FILE": "{home}/plain"}, "plain line 1: is not NAME=value"),
}
