-- The YouFlix platform database in small: who watches, and what they pay for.
CREATE TABLE users (
  user_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email       text NOT NULL UNIQUE,
  full_name   text NOT NULL,
  country     char(2) NOT NULL,
  birth_date  date,
  newsletter  boolean NOT NULL DEFAULT false,
  note        text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE subscriptions (
  subscription_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id         bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  plan            text NOT NULL CHECK (plan IN ('basic', 'standard', 'premium')),
  price           numeric(8, 2) NOT NULL,
  currency        char(3) NOT NULL,
  status          text NOT NULL CHECK (status IN ('active', 'paused', 'cancelled')),
  started_on      date NOT NULL,
  cancelled_at    timestamptz,
  updated_at      timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX ON users (updated_at);
CREATE INDEX ON subscriptions (updated_at);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;

CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touch BEFORE UPDATE ON subscriptions FOR EACH ROW EXECUTE FUNCTION touch();
