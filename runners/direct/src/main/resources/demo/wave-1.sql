-- A few thousand customers. Names hold what breaks careless CSV: quotes, commas, line breaks, ''.
INSERT INTO users (email, full_name, country, birth_date, newsletter, note)
SELECT
  lower(first) || '.' || lower(last) || i || '@example.org',
  first || ' ' || last,
  (ARRAY['GB', 'DE', 'BR', 'IN', 'US', 'FR', 'JP'])[1 + i % 7],
  CASE WHEN i % 11 = 0 THEN NULL ELSE date '1950-01-01' + (i * 37) % 20000 END,
  i % 3 = 0,
  CASE i % 10
    WHEN 0 THEN 'says "hello", twice'
    WHEN 1 THEN E'first line\nsecond line'
    WHEN 2 THEN ''
    WHEN 3 THEN 'Zoë – 東京 🎬'
    ELSE NULL
  END
FROM (
  SELECT
    i,
    (ARRAY['Ada', 'Grace', 'Linus', 'Edsger', 'Barbara', 'Ken', 'Radia', 'Donald'])[1 + i % 8] AS first,
    (ARRAY['Lovelace', 'Hopper', 'O''Neil', 'Dijkstra', 'Liskov', 'Thompson', 'Perlman'])[1 + i % 7] AS last
  FROM generate_series(1, 3000) AS i
) AS people;

INSERT INTO subscriptions (user_id, plan, price, currency, status, started_on, cancelled_at)
SELECT
  user_id,
  (ARRAY['basic', 'standard', 'premium'])[1 + user_id % 3],
  (ARRAY[7.99, 12.99, 17.99])[1 + user_id % 3],
  CASE country WHEN 'GB' THEN 'GBP' WHEN 'US' THEN 'USD' WHEN 'JP' THEN 'JPY' ELSE 'EUR' END,
  CASE WHEN user_id % 13 = 0 THEN 'cancelled' ELSE 'active' END,
  date '2025-01-01' + (user_id % 300)::int,
  CASE WHEN user_id % 13 = 0
    THEN timestamptz '2026-03-01 10:00:00.123456+00' + user_id * interval '1 minute' END
FROM users, generate_series(1, 2) AS copy
WHERE user_id % 5 > 0 OR copy = 1;
