-- Everything fixed, so that databases made of this are equal; the cursors lie in 2024.
CREATE TABLE users (
  user_id    bigint PRIMARY KEY,
  email      text NOT NULL,
  full_name  text,
  birth_date date,
  newsletter boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE subscriptions (
  subscription_id bigint PRIMARY KEY,
  user_id         bigint NOT NULL,
  plan            text,
  price           numeric(8, 2) NOT NULL,
  started_on      date NOT NULL,
  cancelled_at    timestamp,
  updated_at      timestamptz NOT NULL
);
CREATE INDEX ON users (updated_at);
CREATE INDEX ON subscriptions (updated_at);

INSERT INTO users
SELECT i, 'user' || i || '@example.org',
       CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'Zoë "Z", ' || i ELSE 'Name ' || i END,
       date '1950-01-01' + i, i % 3 = 0,
       timestamptz '2024-01-01 00:00:00.000001Z' + i * interval '1 second',
       timestamptz '2024-02-01 00:00:00.123456Z' + i * interval '1 minute'
FROM generate_series(1, 3000) i;

INSERT INTO subscriptions
SELECT i, 1 + i % 3000, (ARRAY['basic', 'standard', 'premium'])[1 + i % 3], 4.99 + i % 17,
       date '2024-01-01' + i % 300, CASE WHEN i % 7 = 0 THEN timestamp '2024-05-01 12:00:00' END,
       timestamptz '2024-02-01 00:00:00Z' + (i / 2) * interval '1 minute'
FROM generate_series(1, 5000) i;
