package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.testing.FakeProviders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path directory;

  private record Ended(int code, String out, String err) {}

  private Ended beamhouse(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments);
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private Ended withFakes(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--jars");
    all.add(FakeProviders.jar(directory).toString());
    return beamhouse(all.toArray(new String[0]));
  }

  private String spec(String text) throws IOException {
    Path file = directory.resolve("spec.yaml");
    Files.writeString(file, text.replace("DIR", directory.toString()));
    return file.toString();
  }

  private static final String TABLES =
      """
      name: shop
      state: DIR/state
      for_each:
        as: table
        in: [users, orders]
      pipeline:
        type: chain
        transforms:
          - {type: ReadFakeLines, name: Lines, config: {path: "DIR/${table.name}.txt"}}
          - {type: Filter, config: {keep: line != "drop"}}
          - {type: WriteFakeLines, name: Out, config: {path: "DIR/out-${table.name}"}}
      """;

  @Test
  void runsATableAfterTheOtherAndKeepsWhatWasDone() throws IOException {
    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\n");
    Files.writeString(directory.resolve("orders.txt"), "x\n");
    String spec = spec(TABLES);

    Ended first = withFakes("run", spec);

    assertThat(first.err()).contains("shop/users: looking for what is new");
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("shop/users: run 1 done", "wrote Out: fake " + directory + "/out-users");
    assertThat(Files.readAllLines(directory.resolve("out-users/1"))).containsExactly("a", "b");
    assertThat(Files.readAllLines(directory.resolve("out-orders/1"))).containsExactly("x");

    Ended second = withFakes("run", spec, "--exit-nothing-new");

    assertThat(second.out()).isEqualTo("shop/users: nothing new\nshop/orders: nothing new\n");
    assertThat(second.code()).isEqualTo(20);
    assertThat(withFakes("run", spec).code()).isZero();

    Files.writeString(directory.resolve("users.txt"), "a\ndrop\nb\nc\n");
    Ended dry = withFakes("run", spec, "--dry-run");
    assertThat(dry.out())
        .contains(
            "shop/users\n  source Lines: 1 chunk to read\n    lines: 3..4\n",
            "  step Filter: line STRING\n",
            "  sink Out: fake " + directory + "/out-users (idempotent)",
            "  source Lines: nothing new",
            "dry run: no data was moved");

    Ended third = withFakes("run", spec, "--table", "users");
    assertThat(third.out()).contains("shop/users: run 2 done").doesNotContain("orders");
    assertThat(Files.readAllLines(directory.resolve("out-users/2"))).containsExactly("c");
  }
}
