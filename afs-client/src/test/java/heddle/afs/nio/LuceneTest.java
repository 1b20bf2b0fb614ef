package heddle.afs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import heddle.afs.cell.CellConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.CheckIndex;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NoLockFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strangers' code: an index of Lucene whose writer is killed. */
class LuceneTest {
  private static final int DOCUMENTS = 1000;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES) // it starts a process
  void anIndexWhoseWriterIsKilledIsWholeAndGoesOn(@TempDir Path directory) throws Exception {
    CellConfig config = CellConfig.DEFAULT.withDirectory(directory).withAnyUser(EmbeddedPlace.ALL);
    try (EmbeddedPlace place = new EmbeddedPlace(config)) {
      Path index = place.newDirectory();
      Files.setAttribute(index, "afs:acl", Files.getAttribute(index.getRoot(), "afs:acl"));
      killAfterCommits(place, index);

      try (Directory locked = new NIOFSDirectory(index)) {
        assertThatExceptionOfType(LockObtainFailedException.class) // for some minutes still
            .isThrownBy(() -> locked.obtainLock(IndexWriter.WRITE_LOCK_NAME).close());
      }
      try (Directory unlocked = new NIOFSDirectory(index, NoLockFactory.INSTANCE)) {
        int documents = check(unlocked);
        assertThat(documents).isGreaterThanOrEqualTo(DOCUMENTS);
        assertThat(documents % LuceneIndexing.DOCUMENTS_IN_A_COMMIT).isZero();
        goOn(unlocked, documents);
        assertThat(check(unlocked)).isEqualTo(documents + 1);
      }
    }
  }

  /** Returns when the writer has said it has committed all, and is dead. */
  private static void killAfterCommits(EmbeddedPlace place, Path index) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process writer =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-ea",
                "-cp",
                System.getProperty("surefire.test.class.path", classPath()),
                LuceneIndexing.class.getName(),
                place.uri("").toString(),
                place.cell.address().getHostAddress(),
                index.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = writer.inputReader()) {
      String line;
      do {
        line = said.readLine();
        assertThat(line).as("what the writer says").startsWith("committed ");
      } while (!line.equals("committed " + DOCUMENTS));
    } finally {
      writer.destroyForcibly().waitFor();
    }
  }

  private static String classPath() {
    return System.getProperty("java.class.path").replace("::", File.pathSeparator);
  }

  /** Checks every checksum and every posting; returns the number of documents. */
  private static int check(Directory index) throws IOException {
    try (CheckIndex check =
            new CheckIndex(index, NoLockFactory.INSTANCE.obtainLock(index, "check"));
        DirectoryReader reader = DirectoryReader.open(index)) {
      assertThat(check.checkIndex().clean).isTrue();
      IndexSearcher searcher = new IndexSearcher(reader);
      int documents = reader.numDocs();
      assertThat(searcher.count(IntPoint.newRangeQuery("number", 1, DOCUMENTS)))
          .isEqualTo(DOCUMENTS);
      assertThat(searcher.count(new TermQuery(new Term("text", "class7"))))
          .isEqualTo((documents + 3) / 10);
      return documents;
    }
  }

  private static void goOn(Directory index, int documents) throws IOException {
    try (IndexWriter writer =
        new IndexWriter(index, new IndexWriterConfig(new StandardAnalyzer()))) {
      writer.addDocument(LuceneIndexing.document(documents + 1));
      writer.commit();
      writer.forceMerge(1);
    }
  }
}
