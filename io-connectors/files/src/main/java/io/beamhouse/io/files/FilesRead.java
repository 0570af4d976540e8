package io.beamhouse.io.files;

import io.beamhouse.core.error.SpecException;
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

  static FilesRead of(
      String path, ReadFormat format, String schema, ReadColumns columns, ErrorHandling errors) {
    if (errors != null && errors.getOutput().equals("output")) {
      throw new SpecException("error_handling.output", "is 'output', the name of the good rows");
    }
    Schema given = Defaults.schema(schema);
    return new FilesRead(
        new ReadFiles(path, format, given, columns, errors != null),
        errors == null ? null : errors.getOutput());
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    ReadFiles.Result result = input.getPipeline().apply("Read", read);
    PCollectionRowTuple output = PCollectionRowTuple.of("output", result.rows());
    return errorOutput == null ? output : output.and(errorOutput, result.quarantined());
  }
}
