package io.beamhouse.io.files;

import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What files look like.
 *
 * @param format of their bytes
 * @param schema of their records
 */
record ReadLayout(ReadFormat format, Schema schema) implements Serializable {}
