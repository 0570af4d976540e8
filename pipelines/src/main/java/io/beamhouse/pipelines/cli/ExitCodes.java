package io.beamhouse.pipelines.cli;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.RowsUnaccountedException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StorageFailedException;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;

/** What the process ends with; schedulers and scripts rely on these. */
@Evolving
public final class ExitCodes {
  /** Done, also when there was nothing new. */
  public static final int DONE = 0;

  /** Nothing new, when the user asked to be told so. */
  public static final int NOTHING_NEW = 20;

  /** The spec or the command line is wrong; nothing ran. */
  public static final int BAD_SPEC = 43;

  public static final int SOURCE_FAILED = 45;
  public static final int PIPELINE_FAILED = 47;

  /** Another run holds the pipeline. */
  public static final int HELD = 48;

  public static final int OTHER = 49;

  /** A gate refused the data; nothing was published. */
  public static final int GATE_REFUSED = 50;

  private ExitCodes() {}

  public static int of(Throwable failure) {
    if (failure instanceof SpecException) {
      return BAD_SPEC;
    } else if (failure instanceof SourceFailedException
        || failure instanceof SourceChangedException) {
      return SOURCE_FAILED;
    } else if (failure instanceof HeldException) {
      return HELD;
    } else if (failure instanceof GateRefusedException) {
      return GATE_REFUSED;
    } else if (failure instanceof PipelineExecutionException
        || failure instanceof DataRefusedException
        || failure instanceof RowsUnaccountedException
        || failure instanceof StorageFailedException
        || failure instanceof CommitConflictException
        || failure instanceof CommitStateUnknownException) {
      return PIPELINE_FAILED;
    }
    return OTHER;
  }
}
