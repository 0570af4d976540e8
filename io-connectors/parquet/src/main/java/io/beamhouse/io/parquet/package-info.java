/** Beam Rows in Parquet files: schemas, a writer with Delta statistics, a projecting reader. */
package io.beamhouse.io.parquet;
