/**
 * The three kinds of error.
 *
 * <p>Bad data is a value (a quarantined row). A bad specification is one {@link
 * io.beamhouse.core.error.SpecException} that lists every problem. The world failing is a {@link
 * io.beamhouse.core.error.BeamhouseException} named after what the caller should do.
 */
package io.beamhouse.core.error;
