-- What the example jobs run.
SELECT count(*) AS orders, sum(cents) / 100 AS total FROM orders;
