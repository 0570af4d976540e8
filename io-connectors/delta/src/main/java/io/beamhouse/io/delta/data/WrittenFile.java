package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.log.NewFile;
import java.io.Serializable;

/** A closed data file that no commit knows of yet. */
@Internal
public record WrittenFile(NewFile file, long rows) implements Serializable {}
