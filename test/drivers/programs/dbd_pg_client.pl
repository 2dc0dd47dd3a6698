# DBD::Pg: what it can do, one feature a run; prints the result as JSON.
use strict;
use warnings;
use utf8;
use DBI;
use DBD::Pg qw(:async :pg_types);
use Digest::SHA qw(sha256_hex);
use Encode qw(encode_utf8);
use JSON::PP;
use Time::HiRes qw(sleep);

my $WIDE = 'SELECT i, repeat(md5(i::text), 65536) FROM generate_series(1, 6) i';
my $MANY = 'SELECT i, md5(i::text) FROM generate_series(1, 30000) i';

sub connected {
    my $dsn = "dbi:Pg:host=$ENV{PGHOST};port=$ENV{PGPORT};dbname=$ENV{PGDATABASE}";
    return DBI->connect($dsn, $ENV{PGUSER}, $ENV{PGPASSWORD},
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, @_ });
}

sub failure {
    my ($dbh, $sql, @values) = @_;
    return 'it did not fail' if eval { $dbh->do($sql, undef, @values); 1 };
    return [$dbh->state, $dbh->errstr];
}

sub copy {
    my ($form) = @_;
    my $dbh = connected();
    $dbh->do('CREATE TABLE copied (i int, word text)');
    $dbh->do(q{INSERT INTO copied SELECT i, repeat('ü', i % 90) FROM generate_series(1, 5000) i});
    $dbh->do("COPY (SELECT * FROM copied ORDER BY i) TO STDOUT (FORMAT $form)");
    my @rows;
    my $row = '';
    while ($dbh->pg_getcopydata(\$row) >= 0) { push @rows, $row }
    my $again = connected(pg_enable_utf8 => 0);
    $again->do("COPY copied FROM STDIN (FORMAT $form)");
    $again->pg_putcopydata(utf8::is_utf8($_) ? encode_utf8($_) : $_) for @rows;
    $again->pg_putcopyend();
    return [sha256_hex(map { encode_utf8($_) } @rows),
        $dbh->selectall_arrayref('SELECT count(*), sum(i), sum(length(word)) FROM copied')];
}

my %features = (
    'simple' => sub {
        my $dbh = connected();
        $dbh->do('CREATE TEMP TABLE t (i int); INSERT INTO t SELECT generate_series(1, 100)');
        return [$dbh->selectall_arrayref(q{SELECT 42, -1.50, 'quote '' ü🙂', NULL, true, '{1,NULL}'::int[]}),
            $dbh->do('DELETE FROM t WHERE i > 50')];
    },
    'errors' => sub {
        my $dbh = connected();
        $dbh->do('CREATE TABLE once (word text PRIMARY KEY)');
        $dbh->do('INSERT INTO once VALUES (?)', undef, 'a');
        my @failures = (failure($dbh, 'SELEKT'), failure($dbh, 'SELECT 1 / ?::int', 0),
            failure($dbh, 'INSERT INTO once VALUES (?)', 'a'));
        $dbh->begin_work;
        $dbh->do(q{INSERT INTO once VALUES ('b')});
        $dbh->pg_savepoint('here');
        push @failures, failure($dbh, q{INSERT INTO once VALUES ('a')});
        $dbh->pg_rollback_to('here');
        $dbh->commit;
        return [\@failures, $dbh->selectall_arrayref('SELECT count(*) FROM once')];
    },
    'prepared' => sub {
        my $dbh = connected();
        my $sth = $dbh->prepare('SELECT ?::int * 2, ?::text', { pg_prepare_now => 1 });
        my @rows;
        for my $i (0 .. 7) {
            $sth->execute($i, "wörd $i");
            push @rows, @{ $sth->fetchall_arrayref };
        }
        return [\@rows, $sth->{NAME}, $sth->{pg_type}];
    },
    'COPY text' => sub { copy('text') },
    'COPY binary' => sub { copy('binary') },
    'cancel' => sub {
        my $dbh = connected();
        $dbh->do('SELECT pg_sleep(20)', { pg_async => PG_ASYNC });
        sleep 0.3;
        my $cancelled = $dbh->pg_cancel;
        return [$cancelled ? 1 : 0, $dbh->selectall_arrayref(q{SELECT 'after'})];
    },
    'notify' => sub {
        my ($listening, $notifying) = (connected(), connected());
        $listening->do('LISTEN news');
        $notifying->do(q{NOTIFY news, 'first ✓'});
        my ($pid) = $notifying->selectrow_array(q{SELECT pg_backend_pid() FROM (SELECT pg_notify('news', repeat('x', 7000))) n});
        my @heard;
        for (1 .. 2000) {
            while (my $note = $listening->pg_notifies) {
                push @heard, [$note->[0], $note->[2], $note->[1] == $pid ? 1 : 0, $note->[1] == $notifying->{pg_pid} ? 1 : 0];
            }
            last if @heard == 2;
            sleep 0.01;
        }
        return \@heard;
    },
    'large objects' => sub {
        my $dbh = connected(AutoCommit => 0);
        my $number = $dbh->pg_lo_creat($dbh->{pg_INV_WRITE});
        my $handle = $dbh->pg_lo_open($number, $dbh->{pg_INV_WRITE});
        my $data = join '', map { chr } (1 .. 127) x 1000;
        my $written = $dbh->pg_lo_write($handle, $data, length $data);
        $dbh->pg_lo_lseek($handle, 100_000, 0);
        my $buffer = '';
        my $read = $dbh->pg_lo_read($handle, $buffer, 1000);
        $dbh->pg_lo_close($handle);
        $dbh->commit;
        return [$written, $read, sha256_hex($buffer)];
    },
    'big rows' => sub {
        my $dbh = connected();
        my @digests = map { sha256_hex(map { @$_ } @{ $dbh->selectall_arrayref($_) }) } ($WIDE, $MANY);
        return [\@digests, $dbh->selectall_arrayref('SELECT length(?)', undef, 'ü' x 3_000_000)];
    },
);

print JSON::PP->new->utf8->canonical->encode($features{ $ARGV[0] }->()), "\n";
