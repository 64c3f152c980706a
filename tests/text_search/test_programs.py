"""Reads of link variables in many languages, in the form of real programs, and what is not a read: definitions,
comments, prose.

A line with a read is followed by the expected name and part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[[dict[str, str], str], list[tuple[Any, ...]]]

READS: dict[str, list[str]] = {
    "app.js": [
        "var host = process.env.DB_PORT_5432_TCP_ADDR;",
        "var host = process.env['DB_PORT_5432_TCP_ADDR'] || 'localhost';",
        'const port = process.env["DB_PORT_5432_TCP_PORT"] ?? 5432',
        "mongoose.connect('mongodb://' + process.env.MONGO_PORT_27017_TCP_ADDR + ':' + process.env.OTHER + '/app')",
        "const url = `http://${process.env.API_PORT_80_TCP_ADDR}:80`;",
        "redis.createClient(process.env.REDIS_PORT_6379_TCP_PORT, 'localhost')",
        "var u = url.parse(process.env.REDIS_PORT);",
        "if (process.env.DB_PORT_5432_TCP_ADDR === undefined) { fail() }",
        "const { DB_PORT_5432_TCP_ADDR: host } = process.env;",
        "const { DB_PORT_5432_TCP_ADDR, OTHER } = process.env",
        "let password = process.env.DB_ENV_POSTGRES_PASSWORD",
        "var env = process.env; connect(env.ES_PORT_9200_TCP_ADDR)",
        "config.host = process.env.DB_PORT_5432_TCP_ADDR ? process.env.HOST : 'db'",
        "amqp.connect(process.env.RABBITMQ_PORT.replace('tcp://', 'amqp://'))",
    ],
    "app.ts": [
        "const host: string = process.env.DB_PORT_5432_TCP_ADDR!;",
        "const h = Deno.env.get('DB_PORT_5432_TCP_ADDR');",
        "export const host = (process.env as any)['DB_PORT_5432_TCP_ADDR'];",
        "const host = process.env?.DB_PORT_5432_TCP_ADDR;",
        "proto: process.env.DB_PORT_5432_TCP_PROTO as string,",
    ],
    "main.go": [
        'host := os.Getenv("DB_PORT_5432_TCP_ADDR")',
        'if v, ok := os.LookupEnv("DB_PORT_5432_TCP_PORT"); ok {',
        'addr := fmt.Sprintf("%s:%s", os.Getenv("REDIS_PORT_6379_TCP_ADDR"), p)',
        'u, err := url.Parse(os.Getenv("DB_PORT"))',
        'pw := getEnv("DB_ENV_MYSQL_ROOT_PASSWORD", "secret")',
        'Host string `env:"DB_PORT_5432_TCP_ADDR"`',
        'flag.StringVar(&addr, "addr", os.Getenv("ETCD_PORT_4001_TCP_ADDR"), "address")',
    ],
    "config/database.rb": [
        "host: ENV['DB_PORT_5432_TCP_ADDR'],",
        'host = ENV["DB_PORT_5432_TCP_ADDR"] || "localhost"',
        "port = ENV.fetch('DB_PORT_5432_TCP_PORT', 5432)",
        'uri = URI.parse(ENV["REDIS_PORT"])',
        "password ENV['DB_ENV_POSTGRES_PASSWORD']",
        'Redis.new(url: "redis://#{ENV[\'REDIS_PORT_6379_TCP_ADDR\']}:6379")',
        "raise unless ENV.key?('DB_PORT_5432_TCP_ADDR')",
    ],
    "config.php": [
        "define('DB_HOST', getenv('MYSQL_PORT_3306_TCP_ADDR'));",
        "$host = $_ENV['DB_PORT_3306_TCP_ADDR'];",
        "$db = $_SERVER[\"DB_PORT_3306_TCP_PORT\"];",
        "'host' => env('DB_PORT_3306_TCP_ADDR', 'localhost'),",
        "$pw = getenv(\"DB_ENV_MYSQL_ROOT_PASSWORD\");",
        "$parts = parse_url(getenv('REDIS_PORT'));",
    ],
    "App.java": [
        'String host = System.getenv("DB_PORT_5432_TCP_ADDR");',
        'String host = System.getenv().get("DB_PORT_5432_TCP_ADDR");',
        'int port = Integer.parseInt(System.getenv("DB_PORT_5432_TCP_PORT"));',
        '@Value("${DB_PORT_5432_TCP_ADDR:localhost}") private String host;',
        'Optional.ofNullable(System.getenv("MQ_ENV_RABBITMQ_DEFAULT_PASS"));',
        'URI uri = URI.create(System.getenv("DB_PORT"));',
        'env.getProperty("DB_PORT_5432_TCP_ADDR")',
    ],
    "App.kt": ['val host = System.getenv("DB_PORT_5432_TCP_ADDR") ?: "db"',
    'val h = System.getenv()["DB_PORT_5432_TCP_ADDR"]'],
    "App.scala": [
        'val host = sys.env("DB_PORT_5432_TCP_ADDR")',
        'val host = sys.env.getOrElse("DB_PORT_5432_TCP_ADDR", "localhost")',
        'val p = sys.env.get("DB_PORT_5432_TCP_PORT")',
        'Properties.envOrElse("DB_PORT_5432_TCP_ADDR", "db")',
        'System.getenv("DB_ENV_POSTGRES_USER")',
    ],
    "Startup.cs": [
        'var host = Environment.GetEnvironmentVariable("DB_PORT_5432_TCP_ADDR");',
        'var pw = Environment.GetEnvironmentVariable("DB_ENV_SA_PASSWORD") ?? "";',
        'var h = Configuration["DB_PORT_1433_TCP_ADDR"];',
    ],
    "config/prod.exs": [
        'hostname: System.get_env("DB_PORT_5432_TCP_ADDR"),',
        'port: System.fetch_env!("DB_PORT_5432_TCP_PORT"),',
        'hostname: {:system, "DB_PORT_5432_TCP_ADDR"},',
        'hostname: "${DB_PORT_5432_TCP_ADDR}",',
        'password: System.get_env("DB_ENV_POSTGRES_PASSWORD") || "x",',
    ],
    "src/main.rs": [
        'let host = env::var("DB_PORT_5432_TCP_ADDR").unwrap();',
        'let host = std::env::var_os("DB_PORT_5432_TCP_ADDR");',
        'const HOST: &str = env!("DB_PORT_5432_TCP_ADDR");',
        'let h = option_env!("DB_PORT_5432_TCP_ADDR");',
        'if let Ok(pw) = env::var("DB_ENV_PASSWORD") {',
    ],
    "app.pl": [
        "my $host = $ENV{DB_PORT_5432_TCP_ADDR};",
        "my $host = $ENV{'DB_PORT_5432_TCP_ADDR'} || 'localhost';",
        'my $pw = $ENV{"DB_ENV_MYSQL_ROOT_PASSWORD"};',
        "return unless defined $ENV{DB_PORT_3306_TCP_PORT};",
    ],
    "start.ps1": [
        "$dbHost = $env:DB_PORT_5432_TCP_ADDR",
        'Write-Host "connecting to ${env:DB_PORT_5432_TCP_ADDR}"',
        "[Environment]::GetEnvironmentVariable('DB_PORT_5432_TCP_PORT')",
        "if (Test-Path Env:\\DB_PORT_5432_TCP_ADDR) {",
    ],
    "init.lua": ["local host = os.getenv('DB_PORT_5432_TCP_ADDR')", 'local pw = os.getenv("DB_ENV_PASSWORD")'],
    "nginx.tmpl": ['server {{ getenv "DB_PORT_5432_TCP_ADDR" }}:80;'],
    "nginx.conf": [
        "proxy_pass http://${APP_PORT_8080_TCP_ADDR}:8080;",
        "server $APP_PORT_8080_TCP_ADDR:$APP_PORT;" if False else "server $APP_PORT_8080_TCP_ADDR:8080;",
        "env DB_PORT_5432_TCP_ADDR;",
        "set_by_lua $host 'return os.getenv(\"DB_PORT_5432_TCP_ADDR\")';",
    ],
    "httpd.conf": ["ProxyPass / http://${APP_PORT_8080_TCP_ADDR}:8080/", "PassEnv DB_PORT_3306_TCP_ADDR",
    "PassEnv HOME DB_ENV_MYSQL_PASSWORD"],
    "haproxy.cfg": ["server web1 ${WEB_PORT_80_TCP_ADDR}:80 check",
    'server web "${WEB_PORT_80_TCP_ADDR}":"${WEB_PORT_80_TCP_PORT}"' if False
    else 'server web "${WEB_PORT_80_TCP_ADDR}":80'],
    "app.conf.tmpl": [
        'host = {{ getenv "DB_PORT_5432_TCP_ADDR" }}',
        'host = {{ env "DB_PORT_5432_TCP_ADDR" }}',
        "host = {{ .Env.DB_PORT_5432_TCP_ADDR }}",
        'host = {{ default .Env.DB_PORT_5432_TCP_ADDR "localhost" }}',
        "port = {{ if .Env.DB_PORT_5432_TCP_PORT }}5432{{ end }}",
    ],
    "database.yml.erb": ["host: <%= ENV['DB_PORT_5432_TCP_ADDR'] %>",
    'port: <%= ENV["DB_PORT_5432_TCP_PORT"] || 5432 %>', "password: <%= ENV.fetch('DB_ENV_PASSWORD') %>"],
    "config.ini.j2": ["host = {{ DB_PORT_5432_TCP_ADDR }}", "host = {{ lookup('env', 'DB_PORT_5432_TCP_ADDR') }}",
    "host = {{ environ('DB_PORT_5432_TCP_ADDR') }}"],
    "supervisord.conf": ["command=/app --db %(ENV_DB_PORT_5432_TCP_ADDR)s",
    'environment=HOST="%(ENV_DB_PORT_5432_TCP_ADDR)s"'],
    "application.properties": [
        "spring.datasource.url=jdbc:postgresql://${DB_PORT_5432_TCP_ADDR}:5432/app",
        "db.host=${DB_PORT_5432_TCP_ADDR:localhost}",
        "db.host=${env.DB_PORT_5432_TCP_ADDR}",
        "db.password = ${DB_ENV_POSTGRES_PASSWORD}",
    ],
    "config.toml": ['host = "${DB_PORT_5432_TCP_ADDR}"', 'addr = "$DB_PORT_5432_TCP_ADDR:5432"'],
}  # fmt: skip

READS["app.js"] += [
    "const host = process.env[alias + '_PORT_5432_TCP_ADDR']",
    "const host = process.env[`${alias}_PORT_5432_TCP_ADDR`];",
    "const hosts = Object.keys(process.env).filter(k => /_PORT_80_TCP_ADDR$/.test(k))",
    "for (var k in process.env) if (k.endsWith('_TCP_ADDR')) add(process.env[k])",
]
READS["main.go"] += [
    'host := os.Getenv(fmt.Sprintf("%s_PORT_%d_TCP_ADDR", alias, port))',
    'for _, e := range os.Environ() { if strings.HasSuffix(strings.Split(e, "=")[0], "_TCP_ADDR") { add(e) } }',
]
READS["config/database.rb"] += [
    'host = ENV["#{name}_PORT_5432_TCP_ADDR"]',
    "hosts = ENV.select { |k, _| k =~ /_PORT_80_TCP_ADDR\\z/ }.values",
]
READS["config.php"] += ["$host = getenv($alias . '_PORT_3306_TCP_ADDR');"]
READS["App.java"] += ['String host = System.getenv(alias + "_PORT_5432_TCP_ADDR");']
READS["app.pl"] += ["my @hosts = map { $ENV{$_} } grep { /_PORT_80_TCP_ADDR$/ } keys %ENV;"]
READS["app.js"] += ["const KEY = 'DB_PORT_5432_TCP_ADDR'; const host = process.env[KEY]"]
READS["main.go"] += [
    'const dbHost = "DB_PORT_5432_TCP_ADDR"\nhost := os.Getenv(dbHost)',
    'var (\n\tdbHost string = "DB_PORT_5432_TCP_ADDR"\n)\nhost := getEnv(names.dbHost, "localhost")',
]
READS["config/database.rb"] += [
    "HOST = 'DB_PORT_5432_TCP_ADDR'\nhost = ENV.fetch(HOST)",
    "host, user = ENV.values_at('DB_PORT_5432_TCP_ADDR', 'USER')",
    "ENV.fetch_values('DB_PORT_5432_TCP_ADDR')",
]
READS["App.java"] += [
    'private static final String HOST = "DB_PORT_5432_TCP_ADDR";\nString host = System.getenv(HOST);',
    'String host = System.getenv().getOrDefault("DB_PORT_5432_TCP_ADDR", "localhost");',
]
READS["src/main.rs"] += ['const HOST: &str = "DB_PORT_5432_TCP_ADDR";\nlet host = env::var(HOST).unwrap();']
MORE: dict[str, list[str]] = {
    "app.js": [
        "u = s.replace(/\\/*$/, ''); host = process.env.DB_PORT_5432_TCP_ADDR",
        "u = /^https?:\\/\\//.test(h) ? h : 'http://' + process.env.DB_PORT_5432_TCP_ADDR",
        "q = s.replace(/`/g, '\"'); host = process.env.DB_PORT_5432_TCP_ADDR",
        "convict({ host: { default: 'x', env: 'DB_PORT_5432_TCP_ADDR' } })",
        "child_process.exec('psql -h $DB_PORT_5432_TCP_ADDR')",
        "child_process.exec('psql -h ${DB_PORT_5432_TCP_ADDR}')",
    ],
    "app.ts": ["host: this.config.get<string>('DB_PORT_5432_TCP_ADDR'),",
    "host: configService.getOrThrow('DB_PORT_5432_TCP_ADDR'),"],
    "main.go": [
        'cli.StringFlag{Name: "db", EnvVar: "DB_PORT_5432_TCP_ADDR"},',
        'EnvVars: []string{"DB_HOST", "DB_PORT_5432_TCP_ADDR"},', 'viper.BindEnv("db.host", "DB_PORT_5432_TCP_ADDR")',
        'Host string `json:"host" env:"DB_PORT_5432_TCP_ADDR"`', 'host := os.ExpandEnv("$DB_PORT_5432_TCP_ADDR:80")',
    ],
    "config/database.rb": ["q = s.gsub(/'/, ''); host = ENV['DB_PORT_5432_TCP_ADDR']",
    'system("psql -h $DB_PORT_5432_TCP_ADDR")', "x = `echo $DB_PORT_5432_TCP_ADDR`"],
    "config.php": ["$dsn = \"mysql:host={$_ENV['DB_PORT_5432_TCP_ADDR']};dbname=x\";",
    '$dsn = "mysql:host=$_ENV[DB_PORT_5432_TCP_ADDR]";'],
    "app.pl": ['my $dsn = "dbi:Pg:host=$ENV{DB_PORT_5432_TCP_ADDR};dbname=x";'],
    "Startup.cs": ['var p = @"C:\\"; var h = Environment.GetEnvironmentVariable("DB_PORT_5432_TCP_ADDR");',
    'var h = Configuration.GetValue<string>("DB_PORT_5432_TCP_ADDR");'],
    "src/main.rs": ['#[clap(long, env = "DB_PORT_5432_TCP_ADDR")]'],
    "httpd.conf": ["RewriteRule ^/(.*) http://%{ENV:DB_PORT_5432_TCP_ADDR}/$1 [P]"],
    "nginx.tmpl": ['server {{ index .Env "DB_PORT_5432_TCP_ADDR" }};',
    '{{ range $k, $v := .Env }}{{ if hasSuffix $k "_TCP_ADDR" }}{{ $v }}{{ end }}{{ end }}'],
    "app.conf.j2": ["server {{ environ['DB_PORT_5432_TCP_ADDR'] }};", "server {{ env['DB_PORT_5432_TCP_ADDR'] }};"],
    "app.properties": ["db.host=#{systemEnvironment['DB_PORT_5432_TCP_ADDR']}", "db.host=a # ${DB_PORT_5432_TCP_ADDR}"],
    "start.sh": [
        "# docker\nenv | grep DB_PORT_5432_TCP_ADDR | cut -d= -f2",
        "# docker\npython -c 'import os; print(os.environ[\"DB_PORT_5432_TCP_ADDR\"])'",
        "# docker\nnode -e 'connect(process.env.DB_PORT_5432_TCP_ADDR)'",
        "# docker\nphp -r 'echo getenv(\"DB_PORT_5432_TCP_ADDR\");'",
        "# docker\nperl -pe 's/HOST/$ENV{DB_PORT_5432_TCP_ADDR}/' x",
        "# docker\nawk 'BEGIN { print ENVIRON[\"DB_PORT_5432_TCP_ADDR\"] }'",
        "# docker\npython - <<'EOF'\nimport os\nprint(os.environ['DB_PORT_5432_TCP_ADDR'])\nEOF",
        "# docker\neval host=\\$${NAME}_PORT_5432_TCP_ADDR",
    ],
}  # fmt: skip
for _path, _lines in MORE.items():
    READS.setdefault(_path, []).extend(_lines)
NONE: dict[str, list[str]] = {
    "app.js": [
        "// process.env.DB_PORT_5432_TCP_ADDR is what a link sets",
        "/* host: process.env.DB_PORT_5432_TCP_ADDR */",
        "process.env.DB_PORT_5432_TCP_ADDR = 'localhost';",
        "process.env['DB_PORT_5432_TCP_ADDR'] = host",
        "delete process.env.DB_PORT_5432_TCP_ADDR;",
        "console.log('set DB_PORT_5432_TCP_ADDR first');",
        "throw new Error('DB_PORT_5432_TCP_ADDR is missing')",
        "const DB_PORT_5432_TCP_ADDR = 'db';",
        "module.exports = { DB_PORT_5432_TCP_ADDR: 'db' }",
        "const port = process.env.DB_PORT || 5432;",
        "const port = parseInt(process.env.REDIS_PORT, 10)",
        "const name = process.env.DB_NAME;",
        "server.listen(process.env.HTTP_PORT)",
        "const NODE_ENV_NAME = 'x'",
        "console.error('process.env.DB_PORT_5432_TCP_ADDR is missing')",
        "const u = 'tcp://' + h + ':' + process.env.APP_PORT",
        "const x = {ExposedPorts: {[`${process.env.APP_PORT}/tcp`]: {}}}",
        "exec(`ufw allow ${process.env.APP_PORT}/tcp`)",
        "it('reads DB_PORT_5432_TCP_ADDR', () => {})",
        "const x = 'http://example.com'; // process.env.DB_PORT_5432_TCP_ADDR",
    ],
    "main.go": [
        'os.Setenv("DB_PORT_5432_TCP_ADDR", "127.0.0.1")',
        't.Setenv("DB_PORT_5432_TCP_ADDR", "127.0.0.1")',
        'log.Fatal("DB_PORT_5432_TCP_ADDR is not set")',
        '// os.Getenv("DB_PORT_5432_TCP_ADDR")',
        'const name = "DB_PORT_5432_TCP_ADDR"',
        'const name = "DB_PORT_5432_TCP_ADDR"\nprint(name, os.Getenv(other))',
        'const name = "DB_PORT_5432_TCP_ADDR"\nos.Setenv(name, "localhost")',
        'port := os.Getenv("DB_PORT")',
        "DB_PORT_5432_TCP_ADDR := 1",
        'env := []string{"DB_PORT_5432_TCP_ADDR=127.0.0.1"}',
    ],
    "config/database.rb": [
        "# ENV['DB_PORT_5432_TCP_ADDR']",
        "ENV['DB_PORT_5432_TCP_ADDR'] = 'localhost'",
        "ENV['DB_PORT_5432_TCP_ADDR'] ||= 'localhost'",
        'puts "DB_PORT_5432_TCP_ADDR must be set"',
        "puts \"ENV['DB_PORT_5432_TCP_ADDR'] must be set\"",
        "port = ENV['DB_PORT'] || 5432",
        "ENV.delete('DB_PORT_5432_TCP_ADDR')",
        "stub_const('ENV', { 'DB_PORT_5432_TCP_ADDR' => 'x' })",
        "=begin\nENV['DB_PORT_5432_TCP_ADDR']\n=end",
    ],
    "config.php": [
        "putenv('DB_PORT_3306_TCP_ADDR=localhost');",
        "$_ENV['DB_PORT_3306_TCP_ADDR'] = 'localhost';",
        "// getenv('DB_PORT_3306_TCP_ADDR')",
        "# getenv('DB_PORT_3306_TCP_ADDR')",
        "echo 'DB_PORT_3306_TCP_ADDR is missing';",
        "$port = getenv('DB_PORT');",
    ],
    "App.java": [
        '// System.getenv("DB_PORT_5432_TCP_ADDR")',
        'throw new IllegalStateException("DB_PORT_5432_TCP_ADDR is not set");',
        'environmentVariables.set("DB_PORT_5432_TCP_ADDR", "localhost");',
        'static final String DB_PORT_5432_TCP_ADDR = "x";',
        'LOG.info("DB_PORT_5432_TCP_ADDR={}", host);',
        '/* System.getenv("DB_PORT_5432_TCP_ADDR") */',
    ],
    "Startup.cs": ['Environment.SetEnvironmentVariable("DB_PORT_5432_TCP_ADDR", "x");',
    '// Environment.GetEnvironmentVariable("DB_PORT_5432_TCP_ADDR")', 'Console.WriteLine("DB_PORT_5432_TCP_ADDR");'],
    "config/prod.exs": ['System.put_env("DB_PORT_5432_TCP_ADDR", "x")', '# System.get_env("DB_PORT_5432_TCP_ADDR")',
    'IO.puts("DB_PORT_5432_TCP_ADDR is missing")'],
    "src/main.rs": ['env::set_var("DB_PORT_5432_TCP_ADDR", "x");', '// env::var("DB_PORT_5432_TCP_ADDR")',
    'panic!("DB_PORT_5432_TCP_ADDR is missing");', 'env::remove_var("DB_PORT_5432_TCP_ADDR");'],
    "app.pl": ["$ENV{DB_PORT_5432_TCP_ADDR} = 'localhost';", "# $ENV{DB_PORT_5432_TCP_ADDR}",
    'die "DB_PORT_5432_TCP_ADDR is not set";', "delete $ENV{DB_PORT_5432_TCP_ADDR};"],
    "start.ps1": ["$env:DB_PORT_5432_TCP_ADDR = 'localhost'", "# $env:DB_PORT_5432_TCP_ADDR",
    "Write-Host 'DB_PORT_5432_TCP_ADDR is missing'", "<# $env:DB_PORT_5432_TCP_ADDR #>"],
    "init.lua": ["-- os.getenv('DB_PORT_5432_TCP_ADDR')", "print('DB_PORT_5432_TCP_ADDR')"],
    "nginx.conf": ["# proxy_pass http://${APP_PORT_8080_TCP_ADDR}:8080;", "proxy_pass http://app:8080;",
    "set $app_port 8080;", "listen $HTTP_PORT;"],
    "haproxy.cfg": ["# server ${WEB_PORT_80_TCP_ADDR}", "bind :${HTTP_PORT}"],
    "application.properties": ["# ${DB_PORT_5432_TCP_ADDR}", "db.port=${DB_PORT:5432}",
    "DB_PORT_5432_TCP_ADDR=localhost", "! ${DB_PORT_5432_TCP_ADDR}"],
    "config.ini.j2": ["; host = {{ DB_PORT_5432_TCP_ADDR }}", "DB_PORT_5432_TCP_ADDR = db"],
}  # fmt: skip

NONE_EITHER: dict[str, list[str]] = {
    "app.js": [
        "console.log('use ${process.env.DB_PORT_5432_TCP_ADDR}')", 'console.log("${DB_PORT_5432_TCP_ADDR} is not set")',
        "<!-- process.env.DB_PORT_5432_TCP_ADDR -->",
        "q = s.replace(/`/g, '\"')\nt = `\nhost: process.env.DB_PORT_5432_TCP_ADDR, or x`",
    ],
    "app.coffee": ["# process.env.DB_PORT_5432_TCP_ADDR is what a link sets",
    "###\nprocess.env.DB_PORT_5432_TCP_ADDR\n###"],
    "main.go": ['return errors.New("$DB_PORT_5432_TCP_ADDR is not set")',
    'log.Printf("x (from $DB_PORT_5432_TCP_ADDR)")'],
    "nginx.conf": ["env DB_PORT_5432_TCP_ADDR=db;", "proxy_pass http://app; # was ${DB_PORT_5432_TCP_ADDR}"],
    "app.conf.j2": ["{# {{ DB_PORT_5432_TCP_ADDR }} #}"],
    "app.conf.tmpl": ["{{/* {{ .Env.DB_PORT_5432_TCP_ADDR }} */}}"],
    "values.yaml": ["host: x # ${DB_PORT_5432_TCP_ADDR}"],
    "AppIT.java": ['new GenericContainer("x").withEnv("DB_PORT_5432_TCP_ADDR", "postgres")',
    'variables.withEnvironmentVariable("DB_PORT_5432_TCP_ADDR", "x").execute(f)'],
    "app.test.ts": ["vi.stubEnv('DB_PORT_5432_TCP_ADDR', 'x')",
    "new GenericContainer('x').withEnv('DB_PORT_5432_TCP_ADDR', 'x')"],
    "Test.cs": ['.WithEnvironment("DB_PORT_5432_TCP_ADDR", "postgres")'],
    "test.rs": ['Command::new("app").env("DB_PORT_5432_TCP_ADDR", host).spawn()',
    'Command::new("app").env_remove("DB_PORT_5432_TCP_ADDR")'],
    "app_spec.rb": ["stub_env('DB_PORT_5432_TCP_ADDR', 'x')", "with_env('DB_PORT_5432_TCP_ADDR' => 'x') { run }"],
    "app_test.exs": ['System.delete_env("DB_PORT_5432_TCP_ADDR")'],
    "test.php": ["unset($_ENV['DB_PORT_5432_TCP_ADDR']);"],
    "test.ps1": ["Remove-Item Env:\\DB_PORT_5432_TCP_ADDR", "Set-Item -Path Env:DB_PORT_5432_TCP_ADDR -Value db"],
}  # fmt: skip
for _path, _lines in NONE_EITHER.items():
    NONE.setdefault(_path, []).extend(_lines)

MORE: dict[str, list[str]] = {
    "bin/www": ["#!/usr/bin/env node\nvar host = process.env.DB_PORT_5432_TCP_ADDR;"],
    "bin/worker": ['#!/usr/bin/env ruby\nhost = ENV["DB_PORT_5432_TCP_ADDR"]',
    '#!/usr/bin/ruby2.7\nx = 1 # x\nhost = ENV.fetch("DB_PORT_5432_TCP_ADDR")'],
    "bin/start": ["#!/usr/bin/perl -w\nmy $h = $ENV{DB_PORT_5432_TCP_ADDR};"],
    "bin/console": ["#!/usr/bin/env php\n<?php $h = getenv('DB_PORT_5432_TCP_ADDR');"],
    "Rakefile": ['sh "psql -h #{ENV["DB_PORT_5432_TCP_ADDR"]}"'],
    "fluent.conf": ["host \"#{ENV['DB_PORT_5432_TCP_ADDR']}\""],
    "services.yaml": ["host: '%env(resolve:DB_PORT_5432_TCP_ADDR)%'"],
    "nginx.conf.erb": ["<% ENV.select { |k| k =~ /_PORT_80_TCP_ADDR/ }.each do |k, v| %>"],
    "haproxy.cfg.j2": ['{% for k, v in environ.items() %}{% if k.endswith("_TCP_ADDR") %} server {{ v }}{% endif '
        '%}{% endfor %}'],
    "C.java": ["@Value(\"#{systemEnvironment['DB_PORT_5432_TCP_ADDR']}\") String h;",
    'String h = System.getenv(\n    "DB_PORT_5432_TCP_ADDR");'],
    "m.go": ['var v = strings.TrimPrefix(os.Getenv("PG_PORT"), "tcp://")',
    'var w = strings.Replace(os.Getenv("PG_PORT"), "tcp://", "", -1)'],
    "m.js": [
        'const linked = "DB_PORT_5432_TCP_ADDR" in process.env;',
        'const linked = process.env.hasOwnProperty("DB_PORT_5432_TCP_ADDR");',
        "function connect({ host = process.env.DB_PORT_5432_TCP_ADDR } = {}) {}",
    ],
}  # fmt: skip
for _path, _lines in MORE.items():
    READS.setdefault(_path, []).extend(_lines)
READS["m.js"] += [
    "const e = process.env;\nconst h = e.DB_PORT_5432_TCP_ADDR",
    'const e = process.env\nconst h = e["DB_PORT_5432_TCP_ADDR"]',
]
NONE["env.d.ts"] = ["declare namespace NodeJS { interface ProcessEnv { DB_PORT_5432_TCP_ADDR: string; } }"]
NONE["own.js"] = ["const e = other;\nconst h = e.DB_PORT_5432_TCP_ADDR"]
NONE["bin/www"] = ["#!/usr/bin/env node\n// process.env.DB_PORT_5432_TCP_ADDR"]
READS.setdefault("cli.rs", []).append('Arg::new("host").env("DB_PORT_5432_TCP_ADDR")')

ALL_READS = {f"{number}/{path}": line + "\n" for path, lines in READS.items() for number, line in enumerate(lines)}
ALL_NONE = {f"{number}/{path}": line + "\n" for path, lines in NONE.items() for number, line in enumerate(lines)}


@pytest.fixture(scope="module")
def reads(names_read: Callable[[dict[str, str]], dict[str, list[str]]]) -> dict[str, list[str]]:
    return names_read(ALL_READS)


@pytest.fixture(scope="module")
def none(names_read: Callable[[dict[str, str]], dict[str, list[str]]]) -> dict[str, list[str]]:
    return names_read(ALL_NONE)


@pytest.mark.parametrize("path", ALL_READS)
def test_read(reads: dict[str, list[str]], path: str) -> None:
    assert len(reads[path]) == 1, ALL_READS[path]
    assert reads[path][0] in ALL_READS[path]


@pytest.mark.parametrize("path", ALL_NONE)
def test_none(none: dict[str, list[str]], path: str) -> None:
    assert none[path] == [], ALL_NONE[path]


LINKED = {"run.sh": "docker run -d --name db postgres\ndocker run -d --name web --link db:db img\n"}


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"app.conf": "port = ${DB_PORT}\n"}, ["DB_PORT"]),
        ({"app.yml.j2": "port: {{ DB_PORT }}\nname: {{DB_NAME}}\n"}, []),
        ({"app.conf.tmpl": "port = {{ .Env.DB_PORT }}\n"}, ["DB_PORT"]),
        (
            {
                "app.conf": "port = ${DB_PORT}\n",
                "compose.yaml": "services: {x: {image: x, environment: {DB_PORT: 5432}}}\n",
            },
            [],
        ),
        ({"app.js": "connect(process.env.DB_PORT)\n"}, ["DB_PORT"]),
        ({"app.js": "connect(process.env.DB_PORT)\n", "app.env": "DB_PORT=5432\n"}, []),
        ({"a.sh": "wait $DB_PORT $DB_PORT_5432_TCP_ADDR\n"}, ["DB_PORT", "DB_PORT_5432_TCP_ADDR"]),
        ({"a.sh": "wait ${DB_PORT:-5432} $DB_PORT_5432_TCP_ADDR\n"}, ["DB_PORT_5432_TCP_ADDR"]),
        ({"a.sh": "DB_PORT=1; wait $DB_PORT $DB_PORT_5432_TCP_ADDR\n"}, ["DB_PORT_5432_TCP_ADDR"]),
        (
            {
                ".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: wait "
                "$DB_PORT $DB_PORT_5432_TCP_ADDR\n"
            },
            ["DB_PORT_5432_TCP_ADDR"],
        ),
        (
            {
                "app/Dockerfile": "FROM node\nCOPY . /\n",
                "app/a.js": "listen(process.env.DB_PORT)\n",
                "b.sh": "docker build -t own app\ndocker run -d own\n",
            },
            [],
        ),
        ({"a.sh": "wait $OTHER_PORT $DB_PORT_5432_TCP_ADDR\n"}, ["DB_PORT_5432_TCP_ADDR"]),
        ({"a.sh": "wait $DB_PORT $DB_PORT_5432_TCP_ADDR\n", "app.env": "DB_PORT=5432\n"}, ["DB_PORT_5432_TCP_ADDR"]),
    ],
)
def test_a_link_makes_a_weak_name_one_where_nobody_sets_it(ask: Ask, files: dict[str, str], found: list[str]) -> None:
    assert [
        name
        for (name,) in ask(
            {**LINKED, **files}, "SELECT name FROM judged_read WHERE NOT (loose AND settled) ORDER BY name"
        )
    ] == found


TESTED: dict[str, list[str]] = {
    "a.sh": [
        '[ -n "$DB_PORT_5432_TCP_ADDR" ] && a',
        'if [ -z "${DB_PORT_5432_TCP_ADDR}" ]; then',
        "if [[ -n $DB_PORT_5432_TCP_ADDR ]]; then",
        'if [ "$DB_PORT_5432_TCP_ADDR" ]; then',
        'test -n "$DB_PORT_5432_TCP_ADDR" || exit',
        '[ x"$DB_PORT_5432_TCP_ADDR" = x ] && exit',
        '[ "$DB_PORT_5432_TCP_ADDR" != "" ] && x',
        '[ -z "${DB_PORT_5432_TCP_ADDR+x}" ] && exit',
        "[[ -v DB_PORT_5432_TCP_ADDR ]] && x",
        'if [ ! -z "$DB_PORT_5432_TCP_ADDR" ]',
        'if [ -n "$DB_HOST" -o -n "$DB_PORT_5432_TCP_ADDR" ]; then',
        '[ -z "${DB_PORT_5432_TCP_ADDR:-}" ] && x',
        "[[ -z $A && $DB_PORT_5432_TCP_ADDR ]]",
    ],
    "a.js": [
        "if (process.env.DB_PORT_5432_TCP_ADDR) {",
        "if (!process.env.DB_PORT_5432_TCP_ADDR) {",
        "if (process.env.DB_PORT_5432_TCP_ADDR === undefined) { fail() }",
        "host = process.env.DB_PORT_5432_TCP_ADDR ? 'db' : 'localhost'",
    ],
    "a.rb": [
        "if ENV['DB_PORT_5432_TCP_ADDR']",
        "if !ENV['DB_PORT_5432_TCP_ADDR'].nil?",
        "x if ENV.key?('DB_PORT_5432_TCP_ADDR')",
        "if ENV.has_key? 'DB_PORT_5432_TCP_ADDR'",
    ],
    "a.php": [
        "<?php if (isset($_ENV['DB_PORT_5432_TCP_ADDR'])) {",
        "if (getenv('DB_PORT_5432_TCP_ADDR')) {",
        "if (!empty($_SERVER['DB_PORT_5432_TCP_ADDR'])) {",
    ],
    "a.py": [
        "import os\nif 'DB_PORT_5432_TCP_ADDR' in os.environ: pass",
    ],
}
NOT_TESTED: dict[str, list[str]] = {
    "a.sh": [
        '[ "$DB_PORT_5432_TCP_ADDR" = "10.0.0.1" ]',
        'ping -c1 "$DB_PORT_5432_TCP_ADDR" && x',
        '[ -n "$A" ] && H=$DB_PORT_5432_TCP_ADDR',
        "curl $DB_PORT_5432_TCP_ADDR || exit",
        "nc -z $DB_PORT_5432_TCP_ADDR 5432",
        'while ! nc -z "$DB_PORT_5432_TCP_ADDR" 5432; do',
    ],
    "a.js": [
        "x = process.env.DB_PORT_5432_TCP_ADDR",
        'x = process.env.DB_PORT_5432_TCP_ADDR || "a"',
        'if (process.env.DB_PORT_5432_TCP_ADDR === "a") {',
        "f(process.env.DB_PORT_5432_TCP_ADDR)",
    ],
    "a.rb": [
        "host = ENV['DB_PORT_5432_TCP_ADDR']",
    ],
    "a.php": [
        "$x = getenv('DB_PORT_5432_TCP_ADDR');",
    ],
    "a.py": [
        'import os\nx = os.environ["DB_PORT_5432_TCP_ADDR"]',
    ],
}


@pytest.mark.parametrize(
    ("path", "text", "tested"),
    [
        (path, line, tested)
        for tested, lines in ((1, TESTED), (0, NOT_TESTED))
        for path in lines
        for line in lines[path]
    ],
)
def test_what_only_asks_whether_a_variable_is_set(ask: Ask, path: str, text: str, tested: int) -> None:
    assert ask({path: text + "\n"}, "SELECT tested FROM env_read") == [(tested,)]


def test_a_question_is_no_finding_where_every_engine_sets_the_variable(report: Callable[..., Any]) -> None:
    text = '[ -n "$DB_PORT_5432_TCP_ADDR" ] && echo linked\n'
    assert [f.message for f in report({"a.sh": text}).findings] == [
        "this tests whether a Docker link set DB_PORT_5432_TCP_ADDR: none does since Engine 29"
    ]
    assert not report({"a.sh": text}, engine="28").findings
    assert [f.rule for f in report({"a.sh": f"{text}ping $DB_PORT_5432_TCP_ADDR\n"}, engine="28").findings] == [
        "link-env-address"
    ]


DEFAULTS: list[tuple[str, str, str, str]] = [  # file, text, severity, the default that is used
    ("a.sh", "ping ${DB_PORT_5432_TCP_ADDR}", "error", ""),
    ("a.sh", "ping ${DB_PORT_5432_TCP_ADDR:-}", "error", ""),
    ("a.sh", "ping ${DB_PORT_5432_TCP_ADDR:-localhost}", "error", "its default (localhost)"),
    ("a.sh", ": ${HOST:=${DB_PORT_5432_TCP_ADDR:='db'}}", "warning", "its default (db)"),
    ("a.sh", "ping ${DB_PORT_5432_TCP_ADDR:-$DB_HOST}", "warning", "its default"),
    ("a.sh", "nc db ${DB_PORT_5432_TCP_PORT:-5432}", "note", "its default (5432)"),
    ("a.sh", "login ${DB_ENV_PASSWORD:-hunter22} $DB_PORT_5432_TCP_PORT", "warning", "its default"),
    ("a.js", "x = process.env.DB_PORT_5432_TCP_ADDR || 'db'", "warning", "its default (db)"),
    ("a.js", "x = process.env['DB_PORT_5432_TCP_ADDR'] ?? fallback", "warning", "its default"),
    ("a.js", "connect(process.env.DB_PORT_5432_TCP_ADDR, 'shop')", "error", ""),
    ("a.js", "x = process.env.DB_PORT_5432_TCP_ADDR || null", "error", ""),
    ("a.rb", "x = ENV.fetch('DB_PORT_5432_TCP_ADDR', 'db')", "warning", "its default (db)"),
    ("a.rb", "x = [ENV['DB_PORT_5432_TCP_ADDR'], 'db']", "error", ""),
    ("a.properties", "host=${DB_PORT_5432_TCP_ADDR:127.0.0.1}", "error", "its default (127.0.0.1)"),
    ("a.conf.tmpl", 'host = {{ getenv "DB_PORT_5432_TCP_ADDR" "db" }}', "warning", "its default (db)"),
    ("a.py", "import os\nx = os.environ.get('DB_PORT_5432_TCP_ADDR', 'db')", "warning", "its default (db)"),
    ("a.py", "import os\nx = os.environ.get('DB_PORT_5432_TCP_ADDR', None)", "error", ""),
    ("a.py", "import os\nx = os.environ.get('DB_PORT_5432_TCP_ADDR') or 'db'", "warning", "its default (db)"),
    (
        "a.py",
        "import os\nx = os.environ.get('DB_HOST') or os.environ.get('DB_PORT_5432_TCP_ADDR') or settings.HOST",
        "warning",
        "its default",
    ),
    ("a.py", "import os\nx = os.environ.get('DB_HOST') or os.environ.get('DB_PORT_5432_TCP_ADDR')", "error", ""),
    (
        "a.py",
        "import os\nx = os.environ['DB_PORT_5432_TCP_ADDR'] if K in os.environ else 'db'",
        "warning",
        "its default (db)",
    ),
    (
        "a.py",
        "import os\nif linked:\n    x = os.environ['DB_PORT_5432_TCP_ADDR']\nelse:\n    x = 'db'",
        "warning",
        "its default (db)",
    ),
    (
        "a.py",
        "import os\nif linked:\n    x = os.environ['DB_PORT_5432_TCP_ADDR']\nelse:\n    y = 'db'",
        "error",
        "",
    ),
    ("a.js", "x = y ? process.env.DB_PORT_5432_TCP_ADDR : 'db'", "warning", "its default (db)"),
    ("a.js", "let h = 'db';\nif (y) {\n  h = process.env.DB_PORT_5432_TCP_ADDR;\n}", "warning", "its default (db)"),
    ("a.js", "let g = 'db';\nif (y) {\n  h = process.env.DB_PORT_5432_TCP_ADDR;\n}", "error", ""),
    ("a.js", "const h = process.env.DB_PORT_5432_TCP_ADDR\nconst o = {h: 'db'}", "error", ""),
    ("a.rb", "h = ENV['DB_PORT_5432_TCP_ADDR']\nh ||= 'db'", "warning", "its default (db)"),
    ("a.rb", "h = ENV['DB_PORT_5432_TCP_ADDR']\nh = 'db' if h.nil?", "warning", "its default (db)"),
    ("a.rb", "h = ENV['DB_PORT_5432_TCP_ADDR']\ng ||= 'db'", "error", ""),
    (
        "a.php",
        "<?php\n$h = getenv('DB_PORT_5432_TCP_ADDR');\nif (!$h) {\n  $h = 'db';\n}",
        "warning",
        "its default (db)",
    ),
    ("a.php", "<?php\n$h = getenv('DB_PORT_5432_TCP_ADDR') ?: 'db';", "warning", "its default (db)"),
    ("a.go", 'h := os.Getenv("DB_PORT_5432_TCP_ADDR")\nif h == "" {\n  h = "db"\n}', "warning", "its default (db)"),
    ("a.go", 'h := os.Getenv("DB_PORT_5432_TCP_ADDR")\nif h == "" {\n  g = "db"\n}', "error", ""),
    ("a.sh", "if linked; then\n  H=$DB_PORT_5432_TCP_ADDR\nelse\n  H=db\nfi", "warning", "its default (db)"),
    ("a.sh", "if linked; then\n  H=$DB_PORT_5432_TCP_ADDR\nelse\n  G=db\nfi", "error", ""),
]


@pytest.mark.parametrize(("path", "text", "severity", "used"), DEFAULTS)
def test_what_is_used_from_engine_29_on(
    report: Callable[..., Any], path: str, text: str, severity: str, used: str
) -> None:
    finding = report({path: text + "\n"}).findings[0]
    assert finding.severity == severity
    assert (f", {used} is used since Engine 29" if used else ", not set since Engine 29") in finding.message
    assert "hunter22" not in finding.message


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "a.spec.js",
            "beforeEach(() => {\n  process.env.DB_PORT_5432_TCP_ADDR = "
            "'1'\n})\nexpect(process.env.DB_PORT_5432_TCP_ADDR)\n",
        ),
        ("a_test.go", 't.Setenv("DB_PORT_5432_TCP_ADDR", "1")\nh := os.Getenv("DB_PORT_5432_TCP_ADDR")\n'),
        ("a_spec.rb", "before { ENV['DB_PORT_5432_TCP_ADDR'] = '1' }\nexpect(ENV['DB_PORT_5432_TCP_ADDR'])\n"),
        (
            "test_a.py",
            "import os\nos.environ['DB_PORT_5432_TCP_ADDR'] = '1'\nassert os.environ['DB_PORT_5432_TCP_ADDR']\n",
        ),
    ],
)
def test_behind_what_a_program_sets_itself_a_read_is_only_possible(
    report: Callable[..., Any], path: str, text: str
) -> None:
    found = report({**LINKED, path: text}, audit=True).findings
    assert [f.confidence for f in found if f.rule == "link-env-address"] == ["possible"]


def test_the_splat_of_powershell_is_no_image(ask: Ask) -> None:
    files = {"a.ps1": "docker run --name web @options `\n  app\n"}
    assert ask(files, "SELECT name, image FROM container") == [("web", "app")]
    assert ask(files, "SELECT reason FROM refusal") == []
