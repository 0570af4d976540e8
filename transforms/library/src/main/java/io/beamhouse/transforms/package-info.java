/**
 * Row transforms for every pipeline: create, filter, map, unite, log, compare.
 *
 * <p>Embedders use {@link io.beamhouse.transforms.FilterRows}, {@link
 * io.beamhouse.transforms.MapRows}, {@link io.beamhouse.transforms.UnionRows} and {@link
 * io.beamhouse.transforms.AssertRows}; specs name the same transforms through the providers. All
 * work on bounded and unbounded input and hold no state, AssertRows aside.
 */
package io.beamhouse.transforms;
