/** Columns out of what one column holds: JSON, Avro. */
package io.beamhouse.core.payload;
