/** The state store and its implementations. */
package io.beamhouse.io.core.state;
