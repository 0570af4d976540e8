-- The cursor is the time of this transaction, as it is with applications.
UPDATE users SET full_name = 'Renamed ' || user_id,
                 updated_at = now()
WHERE user_id % 10 = 0;
INSERT INTO users
SELECT i, 'user' || i || '@example.org', 'New ' || i, NULL, true,
       timestamptz '2024-03-02 00:00:00Z', now()
FROM generate_series(3001, 3300) i;
UPDATE subscriptions SET plan = 'premium', price = 17.99,
                         updated_at = now()
WHERE subscription_id % 4 = 1;
-- What the check of subscriptions-checked.yaml finds.
UPDATE users SET full_name = NULL, updated_at = now() WHERE user_id % 30 = 1;
UPDATE subscriptions SET plan = NULL, updated_at = now() WHERE subscription_id % 50 = 2;
DELETE FROM subscriptions WHERE subscription_id % 25 = 3;
DELETE FROM users WHERE user_id = 7;
