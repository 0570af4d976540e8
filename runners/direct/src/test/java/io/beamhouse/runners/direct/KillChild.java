package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.cli.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Runs several command lines, separated by {@code --then}, until one fails; 20 is nothing new. */
final class KillChild {
  private KillChild() {}

  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    int code = 0;
    int start = 0;
    while ((code == 0 || code == 20) && start < arguments.length) {
      int end = start;
      while (end < arguments.length && !arguments[end].equals("--then")) {
        end++;
      }
      code = Main.execute(out, out, Arrays.copyOfRange(arguments, start, end));
      start = end + 1;
    }
    System.exit(code);
  }
}
