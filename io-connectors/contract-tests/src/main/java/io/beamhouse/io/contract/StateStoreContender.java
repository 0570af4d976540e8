package io.beamhouse.io.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.util.Arrays;

/** The other process of {@link StateStoreContract}. */
final class StateStoreContender {
  private StateStoreContender() {}

  /**
   * Arguments: location, name, then {@code race N} (contend for N keys once "go" is there) or
   * {@code write BYTES} (put contents of that size until killed).
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    StateStore store = StateStores.at(args[0]);
    String name = args[1];
    int number = Integer.parseInt(args[3]);
    if (args[2].equals("race")) {
      store.putIfAbsent("ready/" + name, new byte[0]);
      while (store.get("go").isEmpty()) {
        Thread.sleep(1);
      }
      StringBuilder won = new StringBuilder();
      for (int i = 0; i < number; i++) {
        if (store.putIfAbsent("race/" + i, name.getBytes(UTF_8))) {
          won.append(i).append(' ');
        }
      }
      store.putIfAbsent("won/" + name, won.toString().getBytes(UTF_8));
    } else {
      for (int i = 0; ; i++) {
        store.putIfAbsent("written/" + name + "/" + i, sealed(i, number));
        store.put("replaced/" + name, sealed(i, number));
      }
    }
  }

  /** A content of {@code bytes} bytes, all the same, so that a partial or mixed one shows. */
  static byte[] sealed(int i, int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) i);
    return content;
  }
}
