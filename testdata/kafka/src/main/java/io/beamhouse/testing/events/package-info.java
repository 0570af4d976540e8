/** Events of people who watch films, made up, and a count of what was sent. */
package io.beamhouse.testing.events;
