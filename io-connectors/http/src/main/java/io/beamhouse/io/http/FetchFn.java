package io.beamhouse.io.http;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.Row;

/** Asks the API for everything, as one element; a failure drops what was emitted before it. */
final class FetchFn extends DoFn<Long, Row> {
  private final HttpRead read;

  FetchFn(HttpRead read) {
    this.read = read;
  }

  @ProcessElement
  public void process(@Element Long run, OutputReceiver<Row> out) throws IOException {
    ApiClient client = read.client();
    RequestFetch fetch = new RequestFetch(read, client);
    for (ApiRequest request : ApiRequest.of(read)) {
      fetch.fetch(
          request,
          request.start(),
          page -> out.output(PageRows.row(PageRows.line(request.name(), page, client), run)));
    }
  }
}
