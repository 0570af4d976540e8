package io.beamhouse.io.files;

import java.util.List;

/** The CSV keys of specs with their defaults; null stands for a key that is not there. */
final class CsvKeys {
  private CsvKeys() {}

  static CsvOptions options(
      String delimiter,
      String quote,
      Boolean header,
      List<String> nullToken,
      String comment,
      String encoding) {
    CsvOptions defaults = CsvOptions.DEFAULT;
    return new CsvOptions(
        delimiter == null ? defaults.delimiter() : delimiter,
        quote == null ? defaults.quote() : quote.equals("none") ? "" : quote,
        header == null || header,
        nullToken == null ? defaults.nullTokens() : nullToken,
        comment == null ? defaults.comment() : comment,
        encoding == null ? defaults.encoding() : encoding);
  }
}
