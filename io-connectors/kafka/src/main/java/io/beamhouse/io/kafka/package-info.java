/** Kafka topics, read by ranges of offsets and written. */
package io.beamhouse.io.kafka;
