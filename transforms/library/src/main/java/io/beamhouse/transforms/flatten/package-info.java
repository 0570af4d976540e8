/**
 * Nested rows to flat tables and back: {@link io.beamhouse.transforms.flatten.FlattenRows}, its
 * plan, its inverse, and {@link io.beamhouse.transforms.flatten.ExplodeRows}.
 */
package io.beamhouse.transforms.flatten;
