/** A Kafka broker in a JVM of its own; needs Kafka's client, which the user brings. */
package io.beamhouse.testing.kafka;
