/** The test kit: pipelines in JUnit 5, rows, faults at durable steps, and an independent reader. */
package io.beamhouse.testing;
