-- A day later: people move, upgrade, cancel, leave and join.
UPDATE users SET country = 'PT', note = 'moved to Lisbon' WHERE user_id % 40 = 7;
UPDATE users SET newsletter = NOT newsletter WHERE user_id % 50 = 3;
UPDATE subscriptions SET plan = 'premium', price = 17.99 WHERE subscription_id % 60 = 11;
UPDATE subscriptions SET status = 'cancelled', cancelled_at = now() WHERE subscription_id % 97 = 5;
DELETE FROM subscriptions WHERE subscription_id % 211 = 9;
DELETE FROM users WHERE user_id % 301 = 4;

INSERT INTO users (email, full_name, country, birth_date, newsletter)
SELECT 'new' || i || '@example.org', 'New Viewer ' || i, 'ES', date '2000-02-29', true
FROM generate_series(1, 75) AS i;

INSERT INTO subscriptions (user_id, plan, price, currency, status, started_on)
SELECT user_id, 'basic', 7.99, 'EUR', 'active', date '2026-11-20'
FROM users WHERE email LIKE 'new%';
