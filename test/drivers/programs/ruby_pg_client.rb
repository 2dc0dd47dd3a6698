# ruby-pg: what it can do, one feature a run; prints the result as JSON.
require 'digest'
require 'json'
require 'pg'

WIDE = 'SELECT i, repeat(md5(i::text), 65536) FROM generate_series(1, 6) i'.freeze
MANY = 'SELECT i, md5(i::text) FROM generate_series(1, 30000) i'.freeze

def connected
  PG.connect(host: ENV.fetch('PGHOST'), port: ENV.fetch('PGPORT'), user: ENV.fetch('PGUSER'),
             password: ENV.fetch('PGPASSWORD'), dbname: ENV.fetch('PGDATABASE'))
end

def told(error)
  [PG::Result::PG_DIAG_SQLSTATE, PG::Result::PG_DIAG_MESSAGE_PRIMARY, PG::Result::PG_DIAG_MESSAGE_DETAIL].map do |field|
    error.result&.error_field(field)
  end
end

def failure
  yield
  'it did not fail'
rescue PG::Error => e
  told(e)
end

def copy(format)
  db = connected
  db.exec('CREATE TABLE copied (i int, word text)')
  db.exec("INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i")
  data = []
  db.copy_data("COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT #{format})") do
    while (row = db.get_copy_data) do data << row end
  end
  db.copy_data("COPY copied FROM STDIN (FORMAT #{format})") { data.each { |row| db.put_copy_data(row) } }
  given_up = failure do
    db.copy_data("COPY copied FROM STDIN (FORMAT #{format})") do
      db.put_copy_data(data[0])
      raise PG::Error, 'given up'
    end
  end
  [Digest::SHA256.hexdigest(data.join), given_up,
   db.exec('SELECT count(*), sum(i), sum(length(word)) FROM copied').values]
end

FEATURES = {
  'simple' => lambda {
    connected.exec("SELECT 42, -1.50, 'quote '' ü🙂', NULL, true, '{1,NULL}'::int[]").values
  },
  'errors' => lambda {
    db = connected
    db.exec('CREATE TABLE once (word text PRIMARY KEY)')
    db.exec_params('INSERT INTO once VALUES ($1)', ['a'])
    failures = [
      failure { db.exec('SELEKT') },
      failure { db.exec_params('SELECT 1 / $1::int', [0]) },
      failure { db.exec_params('INSERT INTO once VALUES ($1)', ['a']) },
      failure do
        db.transaction do
          db.exec("INSERT INTO once VALUES ('lost')")
          db.exec('SELECT 1 / 0')
        end
      end
    ]
    [failures, db.exec('SELECT count(*) FROM once').values]
  },
  'prepared' => lambda {
    db = connected
    db.prepare('twice', 'SELECT $1::int * 2, $2::text')
    described = db.describe_prepared('twice')
    [described.fields, described.nparams,
     (0...8).map { |i| db.exec_prepared('twice', [i, "wörd #{i}"]).values }]
  },
  'pipeline' => lambda {
    db = connected
    db.enter_pipeline_mode
    20.times { |i| db.send_query_params('SELECT $1::int + 1', [i]) }
    db.send_flush_request
    db.flush
    early = db.get_result.values
    db.get_result
    20.times { |i| db.send_query_params('SELECT $1::text', ["wörd #{i}"]) }
    db.pipeline_sync
    results = Array.new(39) do
      values = db.get_result.values
      db.get_result
      values
    end
    synced = db.get_result.result_status == PG::PGRES_PIPELINE_SYNC
    db.exit_pipeline_mode
    [early, results, synced, db.exec('SELECT 1').values]
  },
  'pipeline errors' => lambda {
    db = connected
    db.exec('CREATE TABLE piped (i int)')
    db.enter_pipeline_mode
    ['INSERT INTO piped VALUES (1)', 'SELECT 1 / 0', 'INSERT INTO piped VALUES (2)'].each { |sql| db.send_query_params(sql, []) }
    db.pipeline_sync
    db.send_query_params('INSERT INTO piped VALUES (3)', [])
    db.pipeline_sync
    statuses = []
    while statuses.count(PG::PGRES_PIPELINE_SYNC) < 2
      result = db.get_result
      statuses << result.result_status unless result.nil?
    end
    db.exit_pipeline_mode
    [statuses, db.exec('SELECT * FROM piped').values]
  },
  'binary' => lambda {
    result = connected.exec_params('SELECT $1::int8, $2::text, $3::bytea, 1.5::float8',
                                   [{ value: [2**40].pack('q>'), format: 1 }, 'ü', { value: "\0\xff".b, format: 1 }], 1)
    result.values.flatten.map { |value| value.b.unpack1('H*') }
  },
  'COPY text' => -> { copy('text') },
  'COPY binary' => -> { copy('binary') },
  'cancel' => lambda {
    db = connected
    db.send_query('SELECT pg_sleep(20)')
    sleep 0.3
    asked = db.cancel
    [asked, failure { db.get_last_result }, db.exec("SELECT 'after'").values]
  },
  'notify' => lambda {
    listening = connected
    notifying = connected
    listening.exec('LISTEN news')
    notifying.exec("NOTIFY news, 'first ✓'")
    pid = notifying.exec_params("SELECT pg_backend_pid() FROM (SELECT pg_notify('news', $1)) n", ['x' * 7000]).getvalue(0, 0).to_i
    Array.new(2) do
      heard = nil
      listening.wait_for_notify(20) do |channel, sender, payload|
        heard = [channel, payload, sender == pid, sender == notifying.backend_pid]
      end
      heard
    end
  },
  'large objects' => lambda {
    db = connected
    db.transaction do
      number = db.lo_creat
      handle = db.lo_open(number, PG::INV_READ | PG::INV_WRITE)
      written = db.lo_write(handle, ((0..255).to_a.pack('C*') * 1000))
      db.lo_lseek(handle, 100_000, PG::SEEK_SET)
      rest = db.lo_read(handle, 1 << 20)
      db.lo_close(handle)
      [written, rest.bytesize, Digest::SHA256.hexdigest(rest)]
    end
  },
  'big rows' => lambda {
    db = connected
    digests = [WIDE, MANY].map { |sql| Digest::SHA256.hexdigest(db.exec(sql).values.flatten.join) }
    [digests, db.exec_params('SELECT length($1)', ['ü' * 3_000_000]).values]
  }
}.freeze

puts JSON.generate(FEATURES.fetch(ARGV[0]).call)
