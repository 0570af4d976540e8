/** Data files of a Delta table: rows into partitioned Parquet files and back. */
package io.beamhouse.io.delta.data;
