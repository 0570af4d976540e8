package io.beamhouse.pipelines.increment;

import java.nio.file.Path;

/** One start of the job of a {@link FakeWorld} in a process of its own. */
final class IncrementChild {
  private IncrementChild() {}

  /** Arguments: the world's directory, its kind, the chunks of a first load. */
  public static void main(String[] args) {
    new FakeWorld(Path.of(args[0]), FakeWorld.Kind.valueOf(args[1]), Integer.parseInt(args[2]))
        .run();
  }
}
