/** The base class of what a spec can name; the registry is Java's ServiceLoader. */
package io.beamhouse.core.provider;
