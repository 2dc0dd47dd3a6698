-- What agents work on, and whom the gateway logs in as: no owner of anything, no superuser.
\set password `cat /run/database/shop_agent.password`
CREATE ROLE shop_agent LOGIN PASSWORD :'password';
CREATE DATABASE shop;
\connect shop
CREATE TABLE orders (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, customer text NOT NULL, cents int NOT NULL);
INSERT INTO orders (customer, cents) SELECT 'customer ' || n, n * 100 FROM generate_series(1, 100) n;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO shop_agent;
