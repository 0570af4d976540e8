/** Abstract tests that every implementation of a Beamhouse SPI must pass. */
package io.beamhouse.io.contract;
