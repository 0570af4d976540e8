/**
 * The Delta transaction log: snapshots, commits with a typed conflict answer, log stores.
 *
 * <p>Delta Kernel stays behind this package; nothing outside names one of its classes.
 */
package io.beamhouse.io.delta.log;
