-- The table that taxi-silver.yaml writes; times are New York's local times.
CREATE TABLE taxi_trips (
  colour text NOT NULL,
  month text NOT NULL,
  vendor_id integer,
  pickup_at timestamp NOT NULL,
  dropoff_at timestamp NOT NULL,
  passenger_count integer,
  trip_distance double precision,
  rate_code_id integer,
  store_and_forward text,
  pickup_zone_id integer,
  dropoff_zone_id integer,
  payment_type integer,
  trip_type integer,
  fare_amount double precision,
  extra double precision,
  mta_tax double precision,
  tip_amount double precision,
  tolls_amount double precision,
  ehail_fee double precision,
  improvement_surcharge double precision,
  congestion_surcharge double precision,
  airport_fee double precision,
  cbd_congestion_fee double precision,
  total_amount double precision,
  _source text NOT NULL,
  pickup_borough text,
  pickup_zone text,
  dropoff_borough text,
  dropoff_zone text
);

-- A month is replaced as a whole.
CREATE INDEX taxi_trips_month ON taxi_trips (colour, month);
