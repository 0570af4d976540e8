/**
 * Rules for rows ({@link io.beamhouse.quality.CheckRows}) and for whole collections ({@link
 * io.beamhouse.quality.CheckDataset}, {@link io.beamhouse.quality.DatasetCheck}).
 */
package io.beamhouse.quality;
