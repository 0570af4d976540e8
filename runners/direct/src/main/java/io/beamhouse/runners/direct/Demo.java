package io.beamhouse.runners.direct;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;

/** Something to see: it makes its own data, runs specs that ship, and proves what came out. */
interface Demo extends AutoCloseable {
  /** Opens a demo whose files all go under {@code home}. */
  interface Opening {
    Demo open(Path home, String runner, PrintWriter out, PrintWriter err)
        throws IOException, SQLException;
  }

  /** Tells what happens as it happens; returns whether everything is as it must be. */
  boolean play() throws IOException, SQLException;

  /**
   * Says where everything is and what to type next.
   *
   * @param stay whether servers keep running
   */
  void sayHowToGoOn(boolean stay);

  /** Stops what was started. */
  @Override
  void close();
}
