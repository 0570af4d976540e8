/** CSV, JSON lines and Parquet files: read, published by manifest, and read as they arrive. */
package io.beamhouse.io.files;
