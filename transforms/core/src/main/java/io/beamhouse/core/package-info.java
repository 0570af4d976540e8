/** Annotations that state how stable a public type of Beamhouse is. */
package io.beamhouse.core;
