package io.beamhouse.io.delta.log;

import static io.delta.kernel.internal.util.Utils.toCloseableIterator;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.DataFile.DeletionVector;
import io.delta.kernel.Operation;
import io.delta.kernel.Table;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionBuilder;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableImpl;
import io.delta.kernel.internal.TransactionBuilderImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.checkpoints.Checkpointer;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.deletionvectors.DeletionVectorUtils;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterable;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.Path;

/**
 * The one adapter to Delta Kernel 4.0.1, whose classes under {@code internal} promise nothing.
 *
 * <p>Throws BeamhouseExceptions, except where a method says so.
 */
final class KernelTable {
  private static final String ENGINE = "Beamhouse";

  private final Path path;
  private final LogStore store;
  private final Engine engine;
  private final TableImpl table;

  private KernelTable(Path path) {
    this.path = path;
    this.store = LogStores.of(path);
    this.engine = new LogEngine(store, UnaryOperator.identity());
    this.table = (TableImpl) Table.forPath(engine, path.toString());
  }

  static KernelTable at(String path) {
    try {
      // Again through text: the URI of a local directory ends with a slash if it exists.
      return new KernelTable(new Path(Storage.path(path).toString()));
    } catch (UncheckedIOException e) {
      throw new StorageFailedException("cannot reach " + path + ": " + e.getMessage(), e);
    }
  }

  Path path() {
    return path;
  }

  Optional<SnapshotImpl> latest() {
    try {
      return Optional.of((SnapshotImpl) table.getLatestSnapshot(engine));
    } catch (TableNotFoundException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw readFailed(e);
    }
  }

  /** Kernel looks for a checkpoint among the last thousand versions; we know where one is. */
  SnapshotImpl at(long version) {
    try {
      String first = LogDirectory.newestCheckpoint(new Path(path, "_delta_log"), version);
      Engine engineOfLog =
          first.isEmpty() ? engine : new LogEngine(store, UnaryOperator.identity(), first);
      return (SnapshotImpl) table.getSnapshotAsOfVersion(engineOfLog, version);
    } catch (IOException e) {
      throw readFailed(new UncheckedIOException(e));
    } catch (RuntimeException e) {
      throw readFailed(e);
    }
  }

  SnapshotImpl atTimestamp(long millis) {
    try {
      return (SnapshotImpl) table.getSnapshotAsOfTimestamp(engine, millis);
    } catch (RuntimeException e) {
      throw readFailed(e);
    }
  }

  TableSnapshot snapshot(SnapshotImpl snapshot) {
    Metadata metadata = snapshot.getMetadata();
    return new TableSnapshot(
        path.toString(),
        snapshot.getVersion(),
        metadata.getId(),
        DeltaTypes.toBeam(snapshot.getSchema(), path.toString()),
        DeltaTypes.toBeamPhysical(snapshot.getSchema(), path.toString()),
        snapshot.getPartitionColumnNames(),
        metadata.getConfiguration(),
        snapshot);
  }

  DataFiles files(SnapshotImpl snapshot) {
    CloseableIterator<DataFile> files = adds(snapshot).map(this::dataFile);
    return new DataFiles() {
      @Override
      public boolean hasNext() {
        try {
          return files.hasNext();
        } catch (RuntimeException e) {
          throw readFailed(e);
        }
      }

      @Override
      public DataFile next() {
        try {
          return files.next();
        } catch (RuntimeException e) {
          throw readFailed(e);
        }
      }

      @Override
      public void close() {
        Utils.closeCloseables(files);
      }
    };
  }

  private CloseableIterator<AddFile> adds(SnapshotImpl snapshot) {
    ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
    CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true);
    return Utils.intoRows(batches).map(row -> new AddFile(row.getStruct(0)));
  }

  private DataFile dataFile(AddFile add) {
    return new DataFile(
        CommitFile.absolute(path, add.getPath()),
        add.getPath(),
        VectorUtils.toJavaMap(add.getPartitionValues()),
        add.getSize(),
        add.getModificationTime(),
        add.getStatsJson().orElse(null),
        add.getDeletionVector()
            .map(
                d ->
                    new DeletionVector(
                        d.getStorageType(),
                        d.getPathOrInlineDv(),
                        d.getOffset().orElse(null),
                        d.getSizeInBytes(),
                        d.getCardinality()))
            .orElse(null));
  }

  OptionalLong transactionVersion(SnapshotImpl snapshot, String appId) {
    try {
      return snapshot
          .getLatestTransactionVersion(engine, appId)
          .map(OptionalLong::of)
          .orElseGet(OptionalLong::empty);
    } catch (RuntimeException e) {
      throw readFailed(e);
    }
  }

  /** Returns the positions of the deleted rows, ascending. */
  long[] deletedRows(DeletionVector vector) {
    try {
      return DeletionVectorUtils.loadNewDvAndBitmap(engine, path.toString(), descriptor(vector))
          ._2
          .toArray();
    } catch (RuntimeException e) {
      throw readFailed(e);
    }
  }

  /**
   * Puts version 0; throws KernelException (TableAlreadyExists, ConcurrentWrite) when it exists.
   */
  void create(StructType schema, TableDefinition definition, UnaryOperator<String> line) {
    Engine enriching = new LogEngine(store, line);
    TransactionBuilder builder =
        table
            .createTransactionBuilder(enriching, ENGINE, Operation.CREATE_TABLE)
            .withSchema(enriching, schema)
            .withPartitionColumns(enriching, definition.partitionColumns())
            .withMaxRetries(0);
    if (!definition.properties().isEmpty()) {
      builder = builder.withTableProperties(enriching, definition.properties());
    }
    builder.build(enriching).commit(enriching, CloseableIterable.emptyIterable());
  }

  /**
   * Commits {@code request} as the version after the one it read, once. Throws what Kernel throws:
   * ConcurrentWriteException when the version is taken, UncheckedIOException when the put failed.
   */
  TransactionCommitResult commit(CommitRequest request, UnaryOperator<String> line) {
    Engine enriching = new LogEngine(store, line);
    SnapshotImpl read = request.read().kernel(this);
    PinnedBuilder builder = new PinnedBuilder(table);
    builder.withMaxRetries(0);
    request
        .transaction()
        .ifPresent(t -> builder.withTransactionId(enriching, t.appId(), t.version()));
    return builder.on(enriching, read).commit(enriching, actions(request, read));
  }

  /** Throws KernelException when Kernel cannot write to the table. */
  void requireWritable(SnapshotImpl snapshot) {
    new PinnedBuilder(table).on(engine, snapshot);
  }

  /** Runs what Kernel wants done after a commit; a failure is returned to be logged. */
  void afterCommit(TransactionCommitResult committed, HookFailure failures) {
    for (PostCommitHook hook : committed.getPostCommitHooks()) {
      boolean checkpoint = hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT;
      failures.guard(
          hook.getType().name(),
          checkpoint,
          checkpoint
              ? () -> checkpoint(committed.getVersion())
              : () -> hook.threadSafeInvoke(engine));
    }
  }

  /** What Kernel's hook does, without its look through the log. */
  private void checkpoint(long version) throws IOException {
    Checkpointer.checkpoint(engine, System::currentTimeMillis, at(version));
  }

  /** See {@link LogDirectory#deleteChecksumsWithoutCommit}. */
  void deleteChecksumsWithoutCommit() throws IOException {
    LogDirectory.deleteChecksumsWithoutCommit(new Path(path, "_delta_log"));
  }

  /** Runs a hook so that its failure stays without consequence. */
  @FunctionalInterface
  interface HookFailure {
    void guard(String name, boolean checkpoint, Hook hook);
  }

  /** A post-commit hook. */
  @FunctionalInterface
  interface Hook {
    void run() throws IOException;
  }

  private CloseableIterable<Row> actions(CommitRequest request, SnapshotImpl read) {
    return new CloseableIterable<>() {
      @Override
      public CloseableIterator<Row> iterator() {
        CloseableIterator<Row> removes =
            closedOnce(
                    request
                        .removesWhere()
                        .map(partition -> adds(read).filter(add -> isIn(add, partition)))
                        .orElseGet(
                            () ->
                                toCloseableIterator(
                                    request.removes().stream()
                                        .map(KernelTable::addFile)
                                        .iterator())))
                .map(
                    add ->
                        SingleAction.createRemoveFileSingleAction(
                            add.toRemoveFileRow(request.dataChange(), Optional.empty())));
        return removes.combine(
            toCloseableIterator(
                request.adds().stream().map(a -> addAction(a, request.dataChange())).iterator()));
      }

      @Override
      public void close() {}
    };
  }

  private static boolean isIn(AddFile add, Map<String, String> partition) {
    return partition.isEmpty()
        || VectorUtils.<String, String>toJavaMap(add.getPartitionValues())
            .entrySet()
            .containsAll(partition.entrySet());
  }

  /** Kernel closes a commit's actions twice, and its own scan fails the second time. */
  private static <T> CloseableIterator<T> closedOnce(CloseableIterator<T> iterator) {
    return new CloseableIterator<>() {
      private boolean closed;

      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public T next() {
        return iterator.next();
      }

      @Override
      public void close() throws IOException {
        if (!closed) {
          closed = true;
          iterator.close();
        }
      }
    };
  }

  private static Row addAction(NewFile file, boolean dataChange) {
    String encoded;
    try {
      encoded = new URI(null, null, file.path(), null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a relative path: " + file.path(), e);
    }
    return SingleAction.createAddFileSingleAction(
        addRow(
            encoded,
            file.partitionValues(),
            file.bytes(),
            file.modificationTime(),
            file.statsJson(),
            null,
            dataChange));
  }

  private static AddFile addFile(DataFile file) {
    return new AddFile(
        addRow(
            file.logPath(),
            file.partitionValues(),
            file.bytes(),
            file.modificationTime(),
            file.statsJson(),
            file.deletionVector(),
            true));
  }

  private static Row addRow(
      String path,
      Map<String, String> partitionValues,
      long bytes,
      long modified,
      String stats,
      DeletionVector vector,
      boolean dataChange) {
    StructType schema = AddFile.FULL_SCHEMA;
    Map<Integer, Object> values = new HashMap<>();
    values.put(schema.indexOf("path"), path);
    values.put(
        schema.indexOf("partitionValues"), VectorUtils.stringStringMapValue(partitionValues));
    values.put(schema.indexOf("size"), bytes);
    values.put(schema.indexOf("modificationTime"), modified);
    values.put(schema.indexOf("dataChange"), dataChange);
    if (stats != null) {
      values.put(schema.indexOf("stats"), stats);
    }
    if (vector != null) {
      values.put(schema.indexOf("deletionVector"), vectorRow(vector));
    }
    return new GenericRow(schema, values);
  }

  private static Row vectorRow(DeletionVector vector) {
    StructType schema = DeletionVectorDescriptor.READ_SCHEMA;
    Map<Integer, Object> values = new HashMap<>();
    values.put(schema.indexOf("storageType"), vector.storageType());
    values.put(schema.indexOf("pathOrInlineDv"), vector.pathOrInlineDv());
    if (vector.offset() != null) {
      values.put(schema.indexOf("offset"), vector.offset());
    }
    values.put(schema.indexOf("sizeInBytes"), vector.sizeInBytes());
    values.put(schema.indexOf("cardinality"), vector.cardinality());
    return new GenericRow(schema, values);
  }

  private static DeletionVectorDescriptor descriptor(DeletionVector vector) {
    // Kernel 4.0.1 compares storage types by identity, so the constants themselves must be passed.
    String type =
        List.of(
                DeletionVectorDescriptor.INLINE_DV_MARKER,
                DeletionVectorDescriptor.PATH_DV_MARKER,
                DeletionVectorDescriptor.UUID_DV_MARKER)
            .stream()
            .filter(t -> t.equals(vector.storageType()))
            .findFirst()
            .orElse(vector.storageType());
    return new DeletionVectorDescriptor(
        type,
        vector.pathOrInlineDv(),
        Optional.ofNullable(vector.offset()),
        vector.sizeInBytes(),
        vector.cardinality());
  }

  private BeamhouseException readFailed(RuntimeException e) {
    if (e instanceof BeamhouseException own) {
      return own;
    }
    if (e instanceof TableNotFoundException) {
      return new SourceFailedException("there is no Delta table at " + path, e);
    }
    if (e instanceof KernelException) {
      return new SourceFailedException(
          "Delta table " + path + " cannot be read: " + e.getMessage(), e);
    }
    return new StorageFailedException(
        "reading the log of Delta table " + path + " failed: " + e.getMessage(), e);
  }

  /**
   * A builder that stays on the snapshot it is given. Kernel's own takes the newest one when the
   * transaction is built, so commits between reading and building would go unseen.
   */
  private static final class PinnedBuilder extends TransactionBuilderImpl {
    PinnedBuilder(TableImpl table) {
      super(table, ENGINE, Operation.WRITE);
    }

    Transaction on(Engine engine, SnapshotImpl snapshot) {
      return buildTransactionInternal(engine, false, Optional.of(snapshot));
    }
  }
}
