package io.beamhouse.pipelines.cli;

import io.beamhouse.core.Evolving;
import java.util.concurrent.Callable;

/**
 * A subcommand that another module adds; found by ServiceLoader.
 *
 * <p>The class is public, has a public no-arg constructor and carries picocli's {@code @Command}
 * with its name. It returns an exit code of {@link ExitCodes}; what it throws is reported as for
 * our own commands.
 */
@Evolving
public interface CliCommand extends Callable<Integer> {}
