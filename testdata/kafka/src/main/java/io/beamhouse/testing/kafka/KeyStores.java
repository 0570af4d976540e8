package io.beamhouse.testing.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;

/** Self-signed keys for broker and client, and a store in which both trust each other. */
record KeyStores(Path broker, Path client, Path trusted) {
  static final String PASSWORD = "changeit";

  static KeyStores in(Path directory) throws IOException, InterruptedException {
    KeyStores stores =
        new KeyStores(
            directory.resolve("broker.p12"),
            directory.resolve("client.p12"),
            directory.resolve("trusted.p12"));
    if (!Files.exists(stores.trusted)) {
      generate(stores.broker, "localhost");
      generate(stores.client, "client");
      stores.trust();
    }
    return stores;
  }

  private static void generate(Path store, String name) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30")
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed: " + output);
    }
  }

  private void trust() throws IOException {
    try {
      KeyStore both = KeyStore.getInstance("PKCS12");
      both.load(null, null);
      both.setCertificateEntry("localhost", certificate(broker, "localhost"));
      both.setCertificateEntry("client", certificate(client, "client"));
      try (OutputStream out = Files.newOutputStream(trusted)) {
        both.store(out, PASSWORD.toCharArray());
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the store of trusted certificates could not be made", e);
    }
  }

  private static Certificate certificate(Path store, String alias)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys.getCertificate(alias);
  }
}
