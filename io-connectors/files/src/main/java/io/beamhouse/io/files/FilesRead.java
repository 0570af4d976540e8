package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** What the read providers give. */
final class FilesRead extends SchemaTransform {
  private final ReadFiles read;
  private final String errorOutput;

  private FilesRead(ReadFiles read, String errorOutput) {
    this.read = read;
    this.errorOutput = errorOutput;
  }

  /** Lists every problem of the config at once. */
  static FilesRead of(
      String path,
      Supplier<ReadFormat> format,
      Supplier<ReadRules> rules,
      String schema,
      ReadColumns columns,
      ErrorHandling errors) {
    Problems problems = new Problems();
    ReadFormat known = Defaults.checked(problems, format, null);
    Schema given = Defaults.checked(problems, () -> Defaults.schema(schema), null);
    ReadRules agreed = Defaults.checked(problems, rules, ReadRules.NONE);
    if (problems.isEmpty()) {
      agreed.check(given, known, errors != null, problems);
    }
    check(errors, problems);
    problems.throwIfAny();
    ReadFiles read = new ReadFiles(path, known.with(agreed), given, columns, errors != null);
    return new FilesRead(read, errors == null ? null : errors.getOutput());
  }

  static void check(ErrorHandling errors, Problems problems) {
    if (errors != null && errors.getOutput().equals("output")) {
      problems.add("error_handling.output", "is 'output', which is the name of the good rows");
    }
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    ReadFiles.Result result = input.getPipeline().apply("Read", read);
    PCollectionRowTuple output = PCollectionRowTuple.of("output", result.rows());
    return errorOutput == null ? output : output.and(errorOutput, result.quarantined());
  }
}
