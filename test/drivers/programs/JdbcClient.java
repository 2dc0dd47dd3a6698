import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;
import org.postgresql.util.PSQLException;

/** pgjdbc: what it can do, one feature a run; prints the result as a JSON list of strings. */
public final class JdbcClient {
    private static final String WIDE = "SELECT i, repeat(md5(i::text), 65536) FROM generate_series(1, 6) i";
    private static final String MANY = "SELECT i, md5(i::text) FROM generate_series(1, 30000) i";

    private interface Feature {
        List<String> run(Connection connection) throws Exception;
    }

    private static final Map<String, Feature> FEATURES = Map.ofEntries(
        Map.entry("simple", JdbcClient::simple),
        Map.entry("errors", JdbcClient::errors),
        Map.entry("prepared", JdbcClient::prepared),
        Map.entry("pipeline", JdbcClient::pipeline),
        Map.entry("pipeline errors", JdbcClient::pipelineErrors),
        Map.entry("binary", JdbcClient::binary),
        Map.entry("cursor", JdbcClient::cursor),
        Map.entry("COPY text", connection -> copy(connection, "text")),
        Map.entry("COPY binary", connection -> copy(connection, "binary")),
        Map.entry("cancel", JdbcClient::cancel),
        Map.entry("notify", JdbcClient::notifications),
        Map.entry("large objects", JdbcClient::largeObjects),
        Map.entry("big rows", JdbcClient::bigRows));

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = connect(Map.of())) {
            List<String> quoted = new ArrayList<>();
            for (String part : FEATURES.get(arguments[0]).run(connection)) quoted.add(quote(part));
            System.out.println("[" + String.join(",", quoted) + "]");
        }
    }

    private static Connection connect(Map<String, String> options) throws SQLException {
        Map<String, String> env = System.getenv();
        Properties properties = new Properties();
        properties.putAll(options);
        properties.setProperty("user", env.get("PGUSER"));
        properties.setProperty("password", env.get("PGPASSWORD"));
        String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE");
        return DriverManager.getConnection(url, properties);
    }

    private static List<String> simple(Connection connection) throws SQLException {
        List<String> told = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute("SELECT 1, NULL, 'ü🙂'; CREATE TEMP TABLE t (i int); INSERT INTO t VALUES (1), (2); SELECT 2");
            while (true) {
                if (rows) told.add(rows(statement.getResultSet()));
                else if (statement.getUpdateCount() >= 0) told.add("count " + statement.getUpdateCount());
                else return told;
                rows = statement.getMoreResults();
            }
        }
    }

    private static List<String> errors(Connection connection) throws SQLException {
        List<String> told = new ArrayList<>();
        update(connection, "CREATE TABLE once (word text PRIMARY KEY)");
        update(connection, "INSERT INTO once VALUES ('a')");
        for (String sql : List.of("SELEKT", "SELECT 1 / 0", "INSERT INTO once VALUES ('a')")) {
            try {
                update(connection, sql);
                told.add("it did not fail");
            } catch (SQLException error) {
                told.add(failure(error));
            }
        }
        connection.setAutoCommit(false);
        update(connection, "INSERT INTO once VALUES ('lost')");
        connection.rollback();
        told.add(query(connection, "SELECT count(*) FROM once"));
        connection.commit();
        return told;
    }

    private static List<String> prepared(Connection ignored) throws SQLException {
        List<String> told = new ArrayList<>();
        try (Connection connection = connect(Map.of("prepareThreshold", "2"));
                PreparedStatement statement = connection.prepareStatement("SELECT ?::int * 2, ?::text")) {
            for (int i = 0; i < 8; i++) {
                statement.setInt(1, i);
                statement.setString(2, "wörd " + i);
                told.add(rows(statement.executeQuery()));
            }
        }
        return told;
    }

    private static List<String> pipeline(Connection connection) throws SQLException {
        update(connection, "CREATE TABLE piped (i int)");
        int sent = 0;
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO piped VALUES (?)")) {
            for (int i = 0; i < 1000; i++) {
                statement.setInt(1, i);
                statement.addBatch();
            }
            for (int count : statement.executeBatch()) sent += count;
        }
        return List.of("sent " + sent, query(connection, "SELECT count(*), sum(i) FROM piped"));
    }

    private static List<String> pipelineErrors(Connection connection) throws SQLException {
        update(connection, "CREATE TABLE piped (i int PRIMARY KEY)");
        String failed = "it did not fail";
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO piped VALUES (?)")) {
            for (int i = 0; i < 300; i++) {
                statement.setInt(1, i % 120);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (BatchUpdateException error) {
            failed = failure(error) + " counts " + error.getUpdateCounts().length;
        }
        return List.of(failed, query(connection, "SELECT count(*) FROM piped"));
    }

    private static List<String> binary(Connection ignored) throws SQLException {
        List<String> told = new ArrayList<>();
        // A negative threshold prepares, and takes binary, from the first execution on.
        try (Connection connection = connect(Map.of("prepareThreshold", "-1"));
                PreparedStatement statement = connection.prepareStatement(
                    "SELECT ?::int8, ?::float8, ?::bytea, ?::numeric, timestamptz '2026-11-22 10:00:00+00', '{1,2}'::int[]")) {
            for (int i = 0; i < 3; i++) {
                statement.setLong(1, 1L << 40);
                statement.setDouble(2, 1.5);
                statement.setBytes(3, new byte[] {0, -1});
                statement.setBigDecimal(4, new java.math.BigDecimal("-1.50"));
                told.add(rows(statement.executeQuery()));
            }
        }
        return told;
    }

    private static List<String> cursor(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long sum = 0;
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(7);
            try (ResultSet rows = statement.executeQuery("SELECT i FROM generate_series(1, 100) i")) {
                while (rows.next()) sum += rows.getInt(1);
            }
        }
        connection.commit();
        return List.of("sum " + sum);
    }

    private static List<String> copy(Connection connection, String format) throws Exception {
        update(connection, "CREATE TABLE copied (i int, word text)");
        update(connection, "INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i");
        CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manager.copyOut("COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT " + format + ")", out);
        long in = manager.copyIn("COPY copied FROM STDIN (FORMAT " + format + ")", new ByteArrayInputStream(out.toByteArray()));
        String counted = query(connection, "SELECT count(*), sum(i), sum(length(word)) FROM copied");
        return List.of(digest(out.toByteArray()), "in " + in, counted);
    }

    private static List<String> cancel(Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            Thread canceller = new Thread(() -> {
                try {
                    Thread.sleep(300);
                    statement.cancel();
                } catch (InterruptedException | SQLException error) {
                    throw new IllegalStateException(error);
                }
            });
            canceller.start();
            String failed = "it did not fail";
            try {
                statement.execute("SELECT pg_sleep(20)");
            } catch (SQLException error) {
                failed = failure(error);
            }
            canceller.join();
            return List.of(failed, query(connection, "SELECT 'after'"));
        }
    }

    private static List<String> notifications(Connection listening) throws SQLException {
        List<String> told = new ArrayList<>();
        try (Connection notifying = connect(Map.of())) {
            update(listening, "LISTEN news");
            update(notifying, "NOTIFY news, 'first ✓'");
            String pid = query(notifying, "SELECT pg_backend_pid() FROM (SELECT pg_notify('news', repeat('x', 7000))) n");
            PGConnection listener = listening.unwrap(PGConnection.class);
            int own = notifying.unwrap(PGConnection.class).getBackendPID();
            while (told.size() < 2) {
                for (PGNotification note : listener.getNotifications(20_000))
                    told.add(note.getName() + " " + note.getParameter() + " " + pid.equals("" + note.getPID()) + " " + (own == note.getPID()));
            }
        }
        return told;
    }

    private static List<String> largeObjects(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        LargeObjectManager manager = connection.unwrap(PGConnection.class).getLargeObjectAPI();
        long number = manager.createLO();
        LargeObject written = manager.open(number, LargeObjectManager.WRITE);
        written.write(new byte[256_000]);
        written.close();
        LargeObject read = manager.open(number, LargeObjectManager.READ);
        read.seek(100_000);
        byte[] rest = read.read(1 << 20);
        String told = "rest " + rest.length + " at " + read.tell() + " of " + read.size();
        read.close();
        connection.commit();
        return List.of(told);
    }

    private static List<String> bigRows(Connection connection) throws Exception {
        List<String> told = new ArrayList<>();
        for (String sql : List.of(WIDE, MANY)) told.add(digest(query(connection, sql).getBytes(StandardCharsets.UTF_8)));
        try (PreparedStatement statement = connection.prepareStatement("SELECT length(?)")) {
            statement.setString(1, "ü".repeat(3_000_000));
            told.add(rows(statement.executeQuery()));
        }
        return told;
    }

    private static void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return rows(statement.executeQuery(sql));
        }
    }

    private static String rows(ResultSet rows) throws SQLException {
        StringBuilder told = new StringBuilder();
        while (rows.next()) {
            if (told.length() > 0) told.append('\n');
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++)
                told.append(column == 1 ? "" : "|").append(value(rows, column));
        }
        return told.toString();
    }

    /** Bytes print as an address in memory. */
    private static String value(ResultSet rows, int column) throws SQLException {
        boolean bytes = rows.getMetaData().getColumnTypeName(column).equals("bytea");
        return bytes ? HexFormat.of().formatHex(rows.getBytes(column)) : rows.getString(column);
    }

    private static String failure(SQLException error) {
        SQLException cause = error.getNextException() == null ? error : error.getNextException();
        String detail = cause instanceof PSQLException known && known.getServerErrorMessage() != null
            ? known.getServerErrorMessage().getDetail() : null;
        return cause.getSQLState() + " " + cause.getMessage() + " " + detail;
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    private JdbcClient() {}
}
