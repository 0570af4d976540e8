package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Encodes text; half a surrogate pair is refused where Java's default writes a question mark. */
final class StrictUtf8 {
  private final CharsetEncoder encoder =
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  ByteBuffer encode(CharSequence text) {
    try {
      return encoder.encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new DataRefusedException(
          "A string holds half of a surrogate pair, which UTF-8 cannot say. Repair it at the"
              + " source, or keep the column as BYTES.",
          e);
    }
  }
}
