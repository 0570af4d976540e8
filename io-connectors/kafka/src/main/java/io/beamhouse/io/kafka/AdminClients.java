package io.beamhouse.io.kafka;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * Admin clients that are kept for the next plan, {@link #KEPT} of them: a new one takes a tenth of
 * a second and a thread, and plans are made every second.
 *
 * <p>Plans of the same brokers share one, so it is closed only when nobody uses it any more.
 */
final class AdminClients {
  private static final int KEPT = 4;
  private static final Map<KafkaConnection, Lease> CLIENTS = new LinkedHashMap<>();

  private AdminClients() {}

  /** A client in use, until it is {@link #close given back}. */
  static final class Lease implements AutoCloseable {
    private final Admin admin;
    private int users;
    private boolean kept = true;

    private Lease(Admin admin) {
      this.admin = admin;
    }

    Admin admin() {
      return admin;
    }

    @Override
    public void close() {
      synchronized (CLIENTS) {
        users--;
        closeIfUnused();
      }
    }

    private void drop() {
      kept = false;
      closeIfUnused();
    }

    private void closeIfUnused() {
      if (!kept && users == 0) {
        admin.close(Duration.ZERO);
      }
    }
  }

  static Lease take(KafkaConnection connection) {
    synchronized (CLIENTS) {
      Lease known = CLIENTS.remove(connection);
      Lease lease = known == null ? new Lease(Admin.create(connection.client())) : known;
      lease.users++;
      CLIENTS.put(connection, lease);
      if (CLIENTS.size() > KEPT) {
        CLIENTS.remove(CLIENTS.keySet().iterator().next()).drop();
      }
      return lease;
    }
  }

  /** The next one who asks gets a new client: this one has failed. */
  static void forget(KafkaConnection connection, Lease failed) {
    synchronized (CLIENTS) {
      if (CLIENTS.remove(connection, failed)) {
        failed.drop();
      }
    }
  }
}
