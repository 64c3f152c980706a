# ruff: noqa
"""Trees that read or make links, and harmless ones, written by a reader who has not seen the code of linklint.

`trees(seed)` returns (name, expected, files). Template text: `#### name | expected | kind | flags | first path`, then
more `== path` sections. `¶` is a newline, `→` a tab, `@x@` a random name (`_names`). Flag L adds a link of alias `@a@`
in a random tool; flag ? adds it half of the time.
"""

import random
import re

KINDS = {
    "pg": (5432, "postgres:9.6", "POSTGRES_PASSWORD", ["db", "pg", "postgres", "database", "user-db", "billing_db"]),
    "mysql": (3306, "mysql:5.7", "MYSQL_ROOT_PASSWORD", ["db", "mysql", "mariadb", "sql", "wp-db"]),
    "redis": (6379, "redis:3.2", "REDIS_PASSWORD", ["redis", "cache", "kv", "session-store"]),
    "mongo": (27017, "mongo:3.4", "MONGO_INITDB_ROOT_USERNAME", ["mongo", "mongodb", "docs", "event-store"]),
    "es": (9200, "elasticsearch:2.4", "ES_HEAP_SIZE", ["es", "elasticsearch", "search"]),
    "amqp": (5672, "rabbitmq:3.6", "RABBITMQ_DEFAULT_PASS", ["rabbit", "rabbitmq", "mq", "broker"]),
    "http": (8080, "acme/api:1.4", "API_TOKEN", ["api", "backend", "upstream", "users-api"]),
}
OTHERS = [
    ("memcached", 11211, "memcached:1.5"),
    ("selenium", 4444, "selenium/standalone-chrome:3.4"),
    ("graphite", 2003, "graphiteapp/graphite-statsd"),
    ("vault", 8200, "vault:0.9"),
    ("minio", 9000, "minio/minio"),
    ("consul", 8500, "consul:1.0"),
    ("mailhog", 1025, "mailhog/mailhog"),
]
APPS = ["shop", "ledger", "tracker", "parcels", "quotes", "atlas", "roster", "bookings", "feeds", "telemetry"]

READS = r"""
#### sh-default-assign | no29 | pg | L | docker-entrypoint.sh
#!/bin/sh¶set -e¶¶: "${PGHOST:=$@A@_PORT_5432_TCP_ADDR}"¶: "${PGPORT:=$@A@_PORT_5432_TCP_PORT}"¶export PGHOST PGPORT¶¶exec "$@"
== Dockerfile
FROM python:2.7¶COPY . /srv¶ENTRYPOINT ["/srv/docker-entrypoint.sh"]¶CMD ["python", "/srv/main.py"]
#### bash-isset | no29 | any | L | docker/init.bash
#!/usr/bin/env bash¶if [[ -z "${@A@_PORT_@p@_TCP+x}" ]]; then¶  echo >&2 "error: missing @a@ container; did you forget to --link it?"¶  exit 1¶fi¶exec /usr/local/bin/@app@
#### sh-nc-wait | no29 | any | L | @d@wait.sh
#!/bin/sh¶until nc -z "$@A@_PORT_@p@_TCP_ADDR" "$@A@_PORT_@p@_TCP_PORT"; do¶  echo "waiting for @a@..."¶  sleep 1¶done
#### sh-strip-tcp | no29 | any | L | @d@start.sh
#!/bin/sh¶# tcp://a.b.c.d:port -> a.b.c.d:port¶addr="${@A@_PORT#tcp://}"¶exec ./@app@ -backend "$addr" -listen :8000
#### sh-sed-url | no29 | any | L | run-app.sh
#!/bin/bash¶BACKEND=$(echo $@A@_PORT | sed 's|^tcp://||')¶sed -i "s/%%BACKEND%%/$BACKEND/" /etc/@app@/@app@.conf¶/usr/sbin/@app@d -f
#### sh-source-env | no29 | any | L | entrypoint.sh
#!/bin/sh¶export APP_SECRET="${APP_SECRET:-$@A@_ENV_@e@}"¶exec gosu app "$@"
#### sh-printenv | no29 | any | L | tools/healthcheck.sh
#!/bin/sh¶host=$(printenv @A@_PORT_@p@_TCP_ADDR) || exit 1¶exec timeout 2 sh -c "echo > /dev/tcp/$host/@p@"
#### sh-heredoc-conf | no29 | mysql | L | rootfs/usr/local/bin/configure
#!/bin/bash¶cat > /etc/@app@.cnf <<EOT¶[client]¶host=$@A@_PORT_3306_TCP_ADDR¶port=$@A@_PORT_3306_TCP_PORT¶password=$@A@_ENV_MYSQL_ROOT_PASSWORD¶EOT¶exec "$@"
#### sh-curl-replace-port | no29 | es | L | test/smoke.sh
#!/bin/sh -e¶curl -fsS "${@A@_PORT/tcp:/http:}/_cluster/health?wait_for_status=yellow"
#### sh-awk-environ | no29 | any | L | bin/render
#!/bin/sh¶awk '{ gsub(/__HOST__/, ENVIRON["@A@_PORT_@p@_TCP_ADDR"]); print }' config.in > config.ini
#### dockerfile-shell-cmd | no29 | redis | L | Dockerfile
FROM node:4¶WORKDIR /app¶COPY . .¶CMD node worker.js --redis-host $@A@_PORT_6379_TCP_ADDR --redis-port $@A@_PORT_6379_TCP_PORT
#### dockerfile-json-sh | no29 | any | L | @d@Dockerfile
FROM golang:1.9¶COPY . /go/src/@app@¶RUN go install @app@¶CMD ["sh", "-c", "@app@ -store ${@A@_PORT_@p@_TCP_ADDR}:${@A@_PORT_@p@_TCP_PORT}"]
#### makefile-sh-c | no29 | pg | | Makefile
psql:¶→docker run -it --rm --link @app@-pg:@a@ postgres:9.6 \¶→  sh -c 'exec psql -h "$$@A@_PORT_5432_TCP_ADDR" -p "$$@A@_PORT_5432_TCP_PORT" -U postgres'¶¶.PHONY: psql
#### script-redis-cli | no29 | redis | | bin/redis-cli
#!/bin/sh¶docker run -it --link @app@-redis:@a@ --rm redis sh -c 'exec redis-cli -h "$@A@_PORT_6379_TCP_ADDR" -p "$@A@_PORT_6379_TCP_PORT"'
#### jenkinsfile-inside-env | no29 | mysql | | Jenkinsfile
node {¶  checkout scm¶  docker.image('mysql:5').withRun('-e MYSQL_ROOT_PASSWORD=s3cr3t') { c ->¶    docker.image('maven:3').inside("--link ${c.id}:@a@") {¶      sh 'mvn -B verify -Ddb.host=$@A@_PORT_3306_TCP_ADDR'¶    }¶  }¶}
#### systemd-sh-c | no29 | any | | units/@app@.service
[Unit]¶After=docker.service¶¶[Service]¶ExecStartPre=-/usr/bin/docker rm -f @app@¶ExecStart=/usr/bin/docker run --name @app@ --link @s@:@a@ acme/@app@ /bin/sh -c "/opt/run --upstream $$@A@_PORT_@p@_TCP_ADDR:@p@"¶ExecStop=/usr/bin/docker stop @app@¶¶[Install]¶WantedBy=multi-user.target
#### py-getitem | no29 | pg | L | @d@settings.py
import os¶¶DATABASES = {¶    'default': {¶        'ENGINE': 'django.db.backends.postgresql_psycopg2',¶        'NAME': '@app@',¶        'HOST': os.environ['@A@_PORT_5432_TCP_ADDR'],¶        'PORT': os.environ['@A@_PORT_5432_TCP_PORT'],¶    }¶}
#### py-membership | no29 | any | L | @d@conf.py
from os import environ¶¶if '@A@_PORT_@p@_TCP_ADDR' in environ:¶    BACKEND = 'linked'¶else:¶    BACKEND = 'memory'
#### py-wrapper | no29 | redis | L | @app@/config.py
import os¶¶¶def env(key, default=None):¶    value = os.environ.get(key)¶    return default if value in (None, '') else value¶¶¶REDIS = (env('@A@_PORT_6379_TCP_ADDR', 'localhost'), int(env('@A@_PORT_6379_TCP_PORT', 6379)))
#### py-urlparse | no29 | any | L | @app@/net.py
import os¶from urllib.parse import urlparse¶¶_u = urlparse(os.environ['@A@_PORT'])¶HOST, PORT = _u.hostname, _u.port
#### py-replace-amqp | no29 | amqp | L | worker/celeryconfig.py
import os¶BROKER_URL = os.environ.get('@A@_PORT', 'tcp://localhost:5672').replace('tcp://', 'amqp://guest:guest@')
#### py-decouple | no29 | mysql | L | core/settings/base.py
from decouple import config¶¶DB_HOST = config('@A@_PORT_3306_TCP_ADDR', default='127.0.0.1')¶DB_PASSWORD = config('@A@_ENV_MYSQL_ROOT_PASSWORD', default='')
#### py-pydantic-field | no29 | mongo | L | service/settings.py
from pydantic import BaseSettings, Field¶¶¶class Settings(BaseSettings):¶    mongo_host: str = Field('localhost', env='@A@_PORT_27017_TCP_ADDR')¶    mongo_port: int = Field(27017, env='@A@_PORT_27017_TCP_PORT')
#### py-conftest | no29 | pg | L | tests/conftest.py
import os¶import psycopg2¶import pytest¶¶¶@pytest.fixture(scope='session')¶def conn():¶    host = os.getenv('@A@_PORT_5432_TCP_ADDR')¶    if not host:¶        pytest.skip('no database linked')¶    return psycopg2.connect(host=host, user='postgres')
#### js-direct | no29 | mongo | L | @d@server.js
var mongoose = require('mongoose');¶mongoose.connect('mongodb://' + process.env.@A@_PORT_27017_TCP_ADDR + ':' + process.env.@A@_PORT_27017_TCP_PORT + '/@app@');
#### js-destructure | no29 | any | L | lib/config.js
'use strict';¶const { @A@_PORT_@p@_TCP_ADDR: host = 'localhost', NODE_ENV = 'development' } = process.env;¶module.exports = { host, debug: NODE_ENV !== 'production' };
#### js-url-parse | no29 | any | L | index.js
const url = require('url');¶const link = url.parse(process.env.@A@_PORT);¶require('./app').start({ host: link.hostname, port: link.port });
#### js-in-operator | no29 | any | L | test/integration.js
const linked = '@A@_PORT_@p@_TCP' in process.env;¶(linked ? describe : describe.skip)('@a@ integration', () => {¶  it('round-trips', done => done());¶});
#### js-node-config | no29 | any | L | config/custom-environment-variables.json
{¶  "@u@": {¶    "host": "@A@_PORT_@p@_TCP_ADDR",¶    "port": "@A@_PORT_@p@_TCP_PORT"¶  }¶}
== package.json
{"name": "@app@", "dependencies": {"config": "^1.21.0", "express": "^4.14.0"}}
== app.js
const config = require('config');¶console.log(config.get('@u@.host'));
#### js-convict | no29 | redis | L | src/config/index.js
const convict = require('convict');¶module.exports = convict({¶  redisHost: { doc: 'Session store', format: String, default: 'localhost', env: '@A@_PORT_6379_TCP_ADDR' }¶});
#### js-nconf | no29 | any | L | lib/settings.js
const nconf = require('nconf');¶nconf.argv().env().file({ file: 'config.json' });¶exports.backend = `${nconf.get('@A@_PORT_@p@_TCP_ADDR')}:${nconf.get('@A@_PORT_@p@_TCP_PORT')}`;
#### ts-nest | no29 | pg | L | src/database/database.providers.ts
import { ConfigService } from '@nestjs/config';¶¶export const databaseHost = (config: ConfigService): string =>¶  config.get<string>('@A@_PORT_5432_TCP_ADDR') ?? 'localhost';
#### go-getenv | no29 | redis | L | main.go
package main¶¶import (¶→"net"¶→"os"¶)¶¶func main() {¶→addr := net.JoinHostPort(os.Getenv("@A@_PORT_6379_TCP_ADDR"), os.Getenv("@A@_PORT_6379_TCP_PORT"))¶→if _, err := net.Dial("tcp", addr); err != nil {¶→→panic(err)¶→}¶}
#### go-lookup-test | no29 | any | L | store/store_test.go
package store¶¶import (¶→"os"¶→"testing"¶)¶¶func TestDial(t *testing.T) {¶→host, ok := os.LookupEnv("@A@_PORT_@p@_TCP_ADDR")¶→if !ok {¶→→t.Skip("needs a linked @a@")¶→}¶→t.Log(host)¶}
#### go-struct-tag | no29 | any | L | internal/config/config.go
package config¶¶import "github.com/caarlos0/env"¶¶type Config struct {¶→Host string `env:"@A@_PORT_@p@_TCP_ADDR" envDefault:"127.0.0.1"`¶→Port int    `env:"@A@_PORT_@p@_TCP_PORT" envDefault:"@p@"`¶}¶¶func Load() (c Config, err error) { err = env.Parse(&c); return }
#### go-url-parse | no29 | any | L | cmd/@app@/main.go
package main¶¶import (¶→"log"¶→"net/url"¶→"os"¶)¶¶func main() {¶→u, err := url.Parse(os.Getenv("@A@_PORT"))¶→if err != nil {¶→→log.Fatal(err)¶→}¶→log.Println("using", u.Host)¶}
#### go-viper-bind | no29 | any | L | cmd/root.go
package cmd¶¶import "github.com/spf13/viper"¶¶func init() {¶→viper.BindEnv("@u@.host", "@A@_PORT_@p@_TCP_ADDR")¶→viper.SetDefault("@u@.host", "localhost")¶}
#### ruby-fetch | no29 | redis | L | config/initializers/redis.rb
$redis = Redis.new(host: ENV.fetch('@A@_PORT_6379_TCP_ADDR', '127.0.0.1'), port: ENV.fetch('@A@_PORT_6379_TCP_PORT', 6379).to_i)
#### ruby-database-yml | no29 | pg | L | config/database.yml
default: &default¶  adapter: postgresql¶  host: <%= ENV['@A@_PORT_5432_TCP_ADDR'] %>¶  port: <%= ENV['@A@_PORT_5432_TCP_PORT'] %>¶  password: <%= ENV['@A@_ENV_POSTGRES_PASSWORD'] %>¶¶production:¶  <<: *default¶  database: @app@_production
#### ruby-uri | no29 | any | L | lib/@app@/backend.rb
require 'uri'¶¶module Backend¶  def self.endpoint¶    uri = URI.parse(ENV['@A@_PORT'])¶    [uri.host, uri.port]¶  end¶end
#### ruby-key-spec | no29 | any | L | spec/spec_helper.rb
RSpec.configure do |c|¶  c.filter_run_excluding :integration unless ENV.key?('@A@_PORT_@p@_TCP_ADDR')¶end
#### php-getenv | no29 | mysql | L | public/config.php
<?php¶$pdo = new PDO('mysql:dbname=@app@;host=' . getenv('@A@_PORT_3306_TCP_ADDR'), 'root', getenv('@A@_ENV_MYSQL_ROOT_PASSWORD'));
#### php-server-isset | no29 | any | L | src/bootstrap.php
<?php¶define('BACKEND', isset($_SERVER['@A@_PORT_@p@_TCP_ADDR']) ? $_SERVER['@A@_PORT_@p@_TCP_ADDR'] : 'localhost');
#### php-laravel-env | no29 | mysql | L | config/database.php
<?php¶¶return [¶    'default' => 'mysql',¶    'connections' => [¶        'mysql' => ['driver' => 'mysql', 'host' => env('@A@_PORT_3306_TCP_ADDR', '127.0.0.1'), 'database' => '@app@'],¶    ],¶];
#### php-parse-url | no29 | any | L | lib/Backend.php
<?php¶function backend() {¶    $parts = parse_url(getenv('@A@_PORT'));¶    return $parts['host'] . ':' . $parts['port'];¶}
#### php-symfony-param | no29 | mysql | L | config/packages/doctrine.yaml
doctrine:¶  dbal:¶    driver: pdo_mysql¶    host: '%env(@A@_PORT_3306_TCP_ADDR)%'¶    port: '%env(int:@A@_PORT_3306_TCP_PORT)%'
#### java-getenv | no29 | any | L | src/main/java/com/acme/Backend.java
package com.acme;¶¶public final class Backend {¶    static String address() {¶        String host = System.getenv("@A@_PORT_@p@_TCP_ADDR");¶        return host == null ? "localhost" : host;¶    }¶}
#### java-containskey-it | no29 | any | L | src/test/java/com/acme/StoreIT.java
package com.acme;¶¶import static org.junit.Assume.assumeTrue;¶import org.junit.Before;¶¶public class StoreIT {¶    @Before¶    public void linked() {¶        assumeTrue(System.getenv().containsKey("@A@_PORT_@p@_TCP_ADDR"));¶    }¶}
#### java-uri-create | no29 | any | L | src/main/java/com/acme/Links.java
package com.acme;¶¶import java.net.URI;¶¶class Links {¶    static final URI TARGET = URI.create(System.getenv("@A@_PORT"));¶    static String host() { return TARGET.getHost(); }¶}
#### java-spring-value | no29 | mongo | L | src/main/java/com/acme/MongoConfig.java
package com.acme;¶¶import org.springframework.beans.factory.annotation.Value;¶import org.springframework.context.annotation.Configuration;¶¶@Configuration¶class MongoConfig {¶    @Value("${@A@_PORT_27017_TCP_ADDR:localhost}")¶    private String host;¶}
#### spring-yml | no29 | mysql | L | src/main/resources/application.yml
spring:¶  datasource:¶    url: jdbc:mysql://${@A@_PORT_3306_TCP_ADDR:localhost}:${@A@_PORT_3306_TCP_PORT:3306}/@app@¶    password: ${@A@_ENV_MYSQL_ROOT_PASSWORD:}
#### spring-properties | no29 | amqp | L | src/main/resources/application-docker.properties
spring.rabbitmq.host=${@A@_PORT_5672_TCP_ADDR}¶spring.rabbitmq.port=${@A@_PORT_5672_TCP_PORT}
#### kotlin-ktor | no29 | pg | L | src/main/kotlin/Db.kt
object Db {¶    private val host = System.getenv("@A@_PORT_5432_TCP_ADDR") ?: "localhost"¶    val url = "jdbc:postgresql://$host:5432/@app@"¶}
#### scala-sysenv | no29 | any | L | app/modules/Store.scala
package modules¶¶object Store {¶  val host: String = sys.env.getOrElse("@A@_PORT_@p@_TCP_ADDR", "127.0.0.1")¶}
#### scala-hocon | no29 | mysql | L | conf/application.conf
slick.dbs.default.db {¶  host = "localhost"¶  host = ${?@A@_PORT_3306_TCP_ADDR}¶  url = "jdbc:mysql://"${slick.dbs.default.db.host}"/@app@"¶}
#### groovy-config | no29 | mysql | L | grails-app/conf/DataSource.groovy
environments {¶    production {¶        dataSource {¶            url = "jdbc:mysql://${System.getenv('@A@_PORT_3306_TCP_ADDR')}:3306/@app@"¶        }¶    }¶}
#### clojure-environ | no29 | redis | L | src/@app@/core.clj
(ns @app@.core¶  (:require [environ.core :refer [env]]))¶¶(def redis-conn¶  {:pool {} :spec {:host (or (System/getenv "@A@_PORT_6379_TCP_ADDR") "localhost")¶                   :port (Integer/parseInt (env :redis-listen "6379"))}})
#### csharp-getenv | no29 | any | L | src/Acme.Api/Startup.cs
using System;¶¶namespace Acme.Api¶{¶    public static class Backend¶    {¶        public static string Host =>¶            Environment.GetEnvironmentVariable("@A@_PORT_@p@_TCP_ADDR") ?? "localhost";¶    }¶}
#### csharp-new-uri | no29 | any | L | Worker/Program.cs
using System;¶¶class Program¶{¶    static void Main()¶    {¶        var uri = new Uri(Environment.GetEnvironmentVariable("@A@_PORT"));¶        Console.WriteLine($"{uri.Host}:{uri.Port}");¶    }¶}
#### rust-var | no29 | redis | L | src/main.rs
use std::env;¶¶fn main() {¶    let host = env::var("@A@_PORT_6379_TCP_ADDR").unwrap_or_else(|_| "127.0.0.1".into());¶    println!("redis://{}:6379/", host);¶}
#### elixir-config | no29 | pg | L | config/prod.exs
use Mix.Config¶¶config :@app@, @app@.Repo,¶  adapter: Ecto.Adapters.Postgres,¶  hostname: System.get_env("@A@_PORT_5432_TCP_ADDR") || "localhost",¶  password: System.get_env("@A@_ENV_POSTGRES_PASSWORD")
#### erlang-getenv | no29 | any | L | src/@app@_backend.erl
-module(@app@_backend).¶-export([host/0]).¶¶host() ->¶    case os:getenv("@A@_PORT_@p@_TCP_ADDR") of¶        false -> "localhost";¶        Host -> Host¶    end.
#### haskell-lookupenv | no29 | any | L | app/Main.hs
module Main where¶¶import Data.Maybe (fromMaybe)¶import System.Environment (lookupEnv)¶¶main :: IO ()¶main = do¶  host <- fromMaybe "localhost" <$> lookupEnv "@A@_PORT_@p@_TCP_ADDR"¶  putStrLn host
#### perl-env | no29 | mysql | L | lib/App/DB.pm
package App::DB;¶use strict; use warnings; use DBI;¶¶sub dbh {¶    my $host = $ENV{@A@_PORT_3306_TCP_ADDR} || 'localhost';¶    return DBI->connect("dbi:mysql:database=@app@;host=$host", 'root', $ENV{@A@_ENV_MYSQL_ROOT_PASSWORD});¶}¶1;
#### lua-openresty | no29 | redis | L | nginx/nginx.conf
env @A@_PORT_6379_TCP_ADDR;¶events { worker_connections 1024; }¶http {¶  init_by_lua_file lua/init.lua;¶}
== nginx/lua/init.lua
redis_host = os.getenv("@A@_PORT_6379_TCP_ADDR") or "127.0.0.1"
#### c-getenv | no29 | any | L | src/net.c
#include <stdlib.h>¶#include <stdio.h>¶¶const char *backend_host(void)¶{¶→const char *h = getenv("@A@_PORT_@p@_TCP_ADDR");¶→if (h == NULL)¶→→fprintf(stderr, "no @a@ link\n");¶→return h;¶}
#### envsubst-nginx | no29 | http | L | nginx/default.conf.template
upstream @u@ {¶    server ${@A@_PORT_8080_TCP_ADDR}:${@A@_PORT_8080_TCP_PORT};¶}¶server { listen 80; location / { proxy_pass http://@u@; } }
== nginx/Dockerfile
FROM nginx:1.11¶COPY default.conf.template /etc/nginx/templates/¶CMD envsubst '$@A@_PORT_8080_TCP_ADDR $@A@_PORT_8080_TCP_PORT' < /etc/nginx/templates/default.conf.template > /etc/nginx/conf.d/default.conf && nginx -g 'daemon off;'
#### confd-getenv | no29 | http | L | confd/templates/haproxy.cfg.tmpl
backend @u@¶    balance roundrobin¶    server s1 {{getenv "@A@_PORT_8080_TCP_ADDR"}}:{{getenv "@A@_PORT_8080_TCP_PORT"}} check
== confd/conf.d/haproxy.toml
[template]¶src = "haproxy.cfg.tmpl"¶dest = "/etc/haproxy/haproxy.cfg"
#### dockerize-tmpl | no29 | any | L | config.tmpl
[backend]¶address = {{ .Env.@A@_PORT_@p@_TCP_ADDR }}:{{ .Env.@A@_PORT_@p@_TCP_PORT }}
== Dockerfile
FROM alpine:3.6¶COPY config.tmpl /etc/¶CMD ["dockerize", "-template", "/etc/config.tmpl:/etc/@app@.ini", "/bin/@app@"]
#### gomplate-env | no29 | any | L | templates/settings.yaml.tmpl
backend:¶  host: {{ env.Getenv "@A@_PORT_@p@_TCP_ADDR" "localhost" }}
#### haproxy-cfg | no29 | http | L | haproxy/haproxy.cfg
defaults¶    mode http¶    timeout connect 5s¶backend app¶    server @u@ ${@A@_PORT_8080_TCP_ADDR}:${@A@_PORT_8080_TCP_PORT}
#### supervisor-ini | no29 | any | L | etc/supervisord.conf
[supervisord]¶nodaemon=true¶¶[program:worker]¶command=/app/worker --backend %(ENV_@A@_PORT_@p@_TCP_ADDR)s
#### telegraf-toml | no29 | es | L | telegraf.conf
[agent]¶  interval = "10s"¶¶[[outputs.elasticsearch]]¶  urls = ["http://$@A@_PORT_9200_TCP_ADDR:9200"]
#### logstash-conf | no29 | es | L | pipeline/logstash.conf
input { beats { port => 5044 } }¶output { elasticsearch { hosts => ["${@A@_PORT_9200_TCP_ADDR}:${@A@_PORT_9200_TCP_PORT}"] } }
#### compose-v2-bridge-read | no29 | pg | | docker-compose.yml
version: '2'¶services:¶  @a@:¶    image: postgres:9.6¶    network_mode: bridge¶  web:¶    build: .¶    network_mode: bridge¶    links:¶      - @a@
== Dockerfile
FROM python:3.6¶COPY . /code¶CMD ["python", "/code/run.py"]
== run.py
import os¶print(os.environ["@A@_PORT_5432_TCP_ADDR"])
#### wercker-services | notyes29 | pg | | wercker.yml
box: python:2.7¶services:¶  - id: postgres¶    env:¶      POSTGRES_PASSWORD: test¶build:¶  steps:¶    - script:¶        name: migrate¶        code: |¶          psql -h $POSTGRES_PORT_5432_TCP_ADDR -U postgres -c 'create database @app@'
#### gitlab-services | notyes29 | mysql | | .gitlab-ci.yml
test:¶  image: ruby:2.3¶  services:¶    - mysql:5.6¶  script:¶    - mysql -h "$MYSQL_PORT_3306_TCP_ADDR" -u root -e 'select 1'¶    - bundle exec rake
#### readme-link-py-read | notyes29 | redis | | README.md
# @app@¶¶Start it next to Redis:¶¶```sh¶docker run -d --name r1 redis¶docker run -d --link r1:@a@ acme/@app@¶```
== @app@.py
import os¶import redis¶r = redis.Redis(host=os.environ['@A@_PORT_6379_TCP_ADDR'])
#### nolink-node-read | notyes29 | redis | | app/session.js
module.exports = { host: process.env.@A@_PORT_6379_TCP_ADDR || 'localhost', ttl: 3600 };
== Dockerfile
FROM node:6¶COPY app /app¶CMD ["node", "/app/session.js"]
#### nolink-sh-read | notyes29 | mysql | | docker-entrypoint.sh
#!/bin/bash¶if [ -n "$@A@_PORT_3306_TCP" ]; then¶  DB_HOST='@a@'¶else¶  DB_HOST=${DB_HOST:?}¶fi¶export DB_HOST¶exec apache2-foreground
#### py-fstring-built | notyes29 | any | ? | @app@/links.py
import os¶¶¶def resolve(alias, port):¶    prefix = f"{alias.upper()}_PORT_{port}_TCP"¶    return os.environ[prefix + "_ADDR"], int(os.environ[prefix + "_PORT"])
#### py-percent-built | notyes29 | any | L | fabfile/util.py
import os¶¶def linked_host(name, port):¶    return os.environ.get('%s_PORT_%d_TCP_ADDR' % (name.upper().replace('-', '_'), port))
#### py-environ-regex | notyes29 | any | ? | lb/main.py
import os, re¶¶PATTERN = re.compile(r'^(?P<alias>[A-Z0-9_]+)_PORT_(?P<port>\d+)_TCP_ADDR$')¶backends = []¶for key, value in os.environ.items():¶    m = PATTERN.match(key)¶    if m:¶        backends.append((m.group('alias'), value, int(m.group('port'))))
#### py-endswith-loop | notyes29 | any | L | main.py
import os¶hosts = sorted(v for k, v in os.environ.items() if k.endswith('_TCP_ADDR'))¶print('\n'.join(hosts))
#### sh-indirect | notyes29 | any | ? | lib/functions.sh
link_addr() {¶  local var="${1^^}_PORT_${2}_TCP_ADDR"¶  echo "${!var}"¶}
#### sh-env-grep | notyes29 | any | ? | start
#!/bin/bash¶for line in $(env | grep -E '_PORT_[0-9]+_TCP_ADDR='); do¶  echo "server ${line#*=};" >> /etc/nginx/upstreams.conf¶done¶exec nginx
#### sh-eval | notyes29 | any | L | @d@setup.sh
#!/bin/sh¶for svc in @u@; do¶  up=$(echo "$svc" | tr a-z A-Z)¶  eval "host=\$${up}_PORT_@p@_TCP_ADDR"¶  echo "$host $svc.local" >> /etc/hosts¶done
#### js-filter-keys | notyes29 | any | ? | src/discovery.js
const re = /^(.+)_PORT_(\d+)_TCP$/;¶module.exports = Object.keys(process.env)¶  .filter(k => re.test(k))¶  .map(k => ({ name: k.match(re)[1].toLowerCase(), url: process.env[k] }));
#### js-template-built | notyes29 | any | L | lib/link.js
module.exports = (name, port) => process.env[`${name.toUpperCase()}_PORT_${port}_TCP_ADDR`];
#### js-docker-links-pkg | notyes29 | any | L | server.js
const links = require('docker-links').parseLinks(process.env);¶console.log(links);
== package.json
{"name": "@app@", "version": "0.3.1", "dependencies": {"docker-links": "^1.0.2"}}
#### go-sprintf | notyes29 | any | ? | pkg/link/link.go
package link¶¶import (¶→"fmt"¶→"os"¶→"strings"¶)¶¶// Addr returns the host of a linked container.¶func Addr(alias string, port int) string {¶→return os.Getenv(fmt.Sprintf("%s_PORT_%d_TCP_ADDR", strings.ToUpper(alias), port))¶}
#### go-environ-loop | notyes29 | any | ? | main.go
package main¶¶import (¶→"fmt"¶→"os"¶→"strings"¶)¶¶func main() {¶→for _, kv := range os.Environ() {¶→→p := strings.SplitN(kv, "=", 2)¶→→if strings.HasSuffix(p[0], "_TCP_ADDR") {¶→→→fmt.Println(p[1])¶→→}¶→}¶}
#### ruby-select | notyes29 | any | ? | lib/discovery.rb
LINKS = ENV.select { |k, _| k =~ /_PORT_\d+_TCP\z/ }.map { |k, v| [k[/\A(.+)_PORT_/, 1].downcase, URI(v)] }.to_h
#### ruby-interp | notyes29 | any | L | lib/svc.rb
def service_host(name, port)¶  ENV["#{name.upcase}_PORT_#{port}_TCP_ADDR"] or raise "#{name} is not linked"¶end
#### java-stream-env | notyes29 | any | ? | src/main/java/com/acme/Discovery.java
package com.acme;¶¶import java.util.stream.Stream;¶¶class Discovery {¶    static Stream<String> hosts() {¶        return System.getenv().entrySet().stream()¶            .filter(e -> e.getKey().matches(".+_PORT_\\d+_TCP_ADDR"))¶            .map(e -> e.getValue());¶    }¶}
#### spring-relaxed | notyes29 | mysql | L | src/main/resources/application.properties
spring.datasource.url=jdbc:mysql://${@k@.port.3306.tcp.addr}:3306/@app@
#### clojure-environ-kw | notyes29 | pg | L | src/@app@/db.clj
(ns @app@.db¶  (:require [environ.core :refer [env]]))¶¶(def spec {:dbtype "postgresql" :dbname "@app@" :host (env :@k@-port-5432-tcp-addr)})
#### rust-envy | notyes29 | pg | L | src/config.rs
use serde::Deserialize;¶¶#[derive(Deserialize)]¶pub struct Config {¶    pub @u@_port_5432_tcp_addr: String,¶    pub @u@_port_5432_tcp_port: u16,¶}¶¶pub fn load() -> Config {¶    envy::from_env().expect("environment")¶}
#### confd-getv-env | notyes29 | http | L | confd/templates/upstream.tmpl
server {{getv "/@slash@/port/8080/tcp/addr"}}:8080;
== run.sh
#!/bin/sh¶confd -onetime -backend env¶exec nginx -g 'daemon off;'
#### gomplate-range | notyes29 | any | L | upstreams.tmpl
{{ range $k, $v := env.Env }}{{ if strings.HasSuffix "_TCP_ADDR" $k }}server {{ $v }};¶{{ end }}{{ end }}
#### perl-grep-env | notyes29 | any | L | bin/list-links.pl
#!/usr/bin/perl¶use strict;¶for my $k (grep { /_PORT_\d+_TCP_ADDR$/ } keys %ENV) {¶    print "$k $ENV{$k}\n";¶}
#### php-foreach-env | notyes29 | any | L | discover.php
<?php¶foreach ($_ENV as $name => $value) {¶    if (preg_match('/^(\w+)_PORT_(\d+)_TCP_ADDR$/', $name, $m)) {¶        $backends[strtolower($m[1])] = $value . ':' . $m[2];¶    }¶}
#### elixir-interp | notyes29 | any | L | lib/link.ex
defmodule Link do¶  def host(name, port), do: System.get_env("#{String.upcase(name)}_PORT_#{port}_TCP_ADDR")¶end
#### ansible-env-lookup | notyes29 | pg | ? | provision/vars.yml
pg_host: "{{ lookup('env', '@A@_PORT_5432_TCP_ADDR') | default('localhost', true) }}"
#### py-jinja-environ | notyes29 | http | L | render.py
import os¶import jinja2¶print(jinja2.Template(open('site.conf.j2').read()).render(env=os.environ))
== site.conf.j2
upstream backend { server {{ env['@A@_PORT_8080_TCP_ADDR'] }}:8080; }
"""

LINKS30 = r"""
#### run-eq | notyes30 | any | | scripts/dev.sh
#!/bin/bash -e¶docker run -d --name=@s@ @i@¶docker run --rm -it --link=@s@:@a@ -v "$PWD:/src" acme/@app@ bash
#### create-array | notyes30 | any | | ops/up.bash
#!/usr/bin/env bash¶args=(--name @app@ --restart always)¶args+=(--link "@s@:@a@")¶docker create "${args[@]}" acme/@app@:latest¶docker start @app@
#### run-linkopt-var | notyes30 | any | | deploy.sh
#!/bin/sh¶LINKS="--link @s@:@a@"¶[ -n "$WITH_METRICS" ] && LINKS="$LINKS --link graphite"¶docker container run -d $LINKS -p 80:8000 acme/@app@
#### compose1-external | notyes30 | any | | docker-compose.yml
web:¶  build: .¶  external_links:¶    - @s@:@a@¶  ports:¶    - "8000:8000"
#### compose1-inline | notyes30 | any | | docker/compose/dev.yml
app: {image: "acme/@app@", links: ["@a@"]}¶@a@: {image: "@i@"}
#### compose2-bridge | notyes30 | any | | docker-compose.yml
version: "2.1"¶services:¶  web:¶    image: acme/@app@¶    network_mode: "bridge"¶    links: ["@a@"]¶  @a@:¶    image: @i@¶    network_mode: "bridge"
#### fig-yml | notyes30 | any | | fig.yml
web:¶  build: .¶  command: python manage.py runserver 0.0.0.0:8000¶  links:¶   - @a@¶@a@:¶  image: @i@
#### ansible-container | notyes30 | any | | roles/@app@/tasks/main.yml
- name: run @app@¶  docker_container:¶    name: @app@¶    image: acme/@app@¶    links:¶      - "@s@:@a@"¶    state: started
#### ansible-legacy-module | notyes30 | any | | site.yml
- hosts: docker¶  tasks:¶    - docker: image=acme/@app@ name=@app@ links=@s@:@a@ state=reloaded
#### ansible-shell | notyes30 | any | | playbooks/deploy.yml
- hosts: all¶  tasks:¶    - name: start¶      command: docker run -d --name {{ app }} --link {{ pg_container }}:@a@ acme/{{ app }}
#### chef-container | notyes30 | any | | cookbooks/@app@/recipes/default.rb
docker_container '@app@' do¶  repo 'acme/@app@'¶  links ['@s@:@a@']¶  port '80:8000'¶  action :run¶end
== cookbooks/@app@/metadata.rb
name '@app@'¶depends 'docker'
#### puppet-run | notyes30 | any | | manifests/site.pp
docker::run { '@app@':¶  image => 'acme/@app@',¶  links => ['@s@:@a@'],¶  ports => ['80:8000'],¶}
#### puppet-hiera | notyes30 | any | | data/common.yaml
docker::run_instance::instance:¶  @app@:¶    image: acme/@app@¶    links:¶      - "@s@:@a@"
== manifests/init.pp
include docker::run_instance
#### salt-running | notyes30 | any | | salt/@app@/init.sls
@app@:¶  docker_container.running:¶    - image: acme/@app@:latest¶    - links: @s@:@a@¶    - port_bindings:¶      - 80:8000
#### terraform-docker | notyes30 | any | | infra/main.tf
resource "docker_container" "@app@" {¶  name  = "@app@"¶  image = "acme/@app@:latest"¶  links = ["${docker_container.store.name}:@a@"]¶}¶¶resource "docker_container" "store" {¶  name  = "@s@"¶  image = "@i@"¶}
#### terraform-ecs | notyes30 | any | | ecs.tf
resource "aws_ecs_task_definition" "@app@" {¶  family       = "@app@"¶  network_mode = "bridge"¶  container_definitions = <<DEFS¶[¶  {"name": "@a@", "image": "@i@", "memory": 512, "essential": true},¶  {"name": "@app@", "image": "acme/@app@", "memory": 256, "essential": true, "links": ["@a@"]}¶]¶DEFS¶}
#### cloudformation-ecs | notyes30 | any | | template.yaml
AWSTemplateFormatVersion: '2010-09-09'¶Resources:¶  Task:¶    Type: AWS::ECS::TaskDefinition¶    Properties:¶      ContainerDefinitions:¶        - {Name: @a@, Image: '@i@', Memory: 256}¶        - Name: @app@¶          Image: acme/@app@¶          Memory: 256¶          Links:¶            - @a@
#### cdk-addlink | notyes30 | any | | lib/stack.ts
import * as ecs from 'aws-cdk-lib/aws-ecs';¶¶export function build(task: ecs.Ec2TaskDefinition) {¶  const store = task.addContainer('store', { image: ecs.ContainerImage.fromRegistry('@i@'), memoryLimitMiB: 512 });¶  const web = task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('acme/@app@'), memoryLimitMiB: 256 });¶  web.addLink(store, '@a@');¶}
#### beanstalk-dockerrun | notyes30 | any | | Dockerrun.aws.json
{¶  "AWSEBDockerrunVersion": 2,¶  "containerDefinitions": [¶    {"name": "@a@", "image": "@i@", "memory": 128},¶    {"name": "web", "image": "acme/@app@", "memory": 128, "links": ["@a@"],¶     "portMappings": [{"hostPort": 80, "containerPort": 8000}]}¶  ]¶}
#### vagrant-provider | notyes30 | any | | Vagrantfile
Vagrant.configure("2") do |config|¶  config.vm.define "app" do |app|¶    app.vm.provider "docker" do |d|¶      d.build_dir = "."¶      d.link "@s@:@a@"¶    end¶  end¶end
#### vagrant-provisioner | notyes30 | any | | Vagrantfile
Vagrant.configure("2") do |config|¶  config.vm.box = "ubuntu/xenial64"¶  config.vm.provision "docker" do |d|¶    d.run "@s@", image: "@i@"¶    d.run "acme/@app@", args: "-p 80:8000 --link @s@:@a@"¶  end¶end
#### gradle-bmuschko | notyes30 | any | | build.gradle
import com.bmuschko.gradle.docker.tasks.container.DockerCreateContainer¶¶plugins { id 'com.bmuschko.docker-remote-api' version '6.7.0' }¶¶task createApp(type: DockerCreateContainer) {¶    targetImageId 'acme/@app@:latest'¶    hostConfig.links = ['@s@:@a@']¶}
#### gradle-exec | notyes30 | any | | build.gradle.kts
tasks.register<Exec>("runLocal") {¶    commandLine("docker", "run", "--rm", "--link", "@s@:@a@", "acme/@app@")¶}
#### maven-fabric8 | notyes30 | any | | pom.xml
<project>¶  <build><plugins><plugin>¶    <groupId>io.fabric8</groupId>¶    <artifactId>docker-maven-plugin</artifactId>¶    <configuration><images><image>¶      <name>acme/@app@</name>¶      <run>¶        <links>¶          <link>@s@:@a@</link>¶        </links>¶      </run>¶    </image></images></configuration>¶  </plugin></plugins></build>¶</project>
#### kitchen-docker | notyes30 | any | | .kitchen.yml
driver:¶  name: docker¶  links:¶    - "@s@:@a@"¶provisioner:¶  name: chef_zero¶platforms:¶  - name: ubuntu-16.04
#### arquillian-cube | notyes30 | any | | src/test/resources/arquillian.xml
<arquillian>¶  <extension qualifier="docker">¶    <property name="dockerContainers">¶      @a@:¶        image: @i@¶      app:¶        image: acme/@app@¶        links:¶          - @a@:@a@¶    </property>¶  </extension>¶</arquillian>
#### testcontainers-addlink | notyes30 | any | | src/test/java/com/acme/AppIT.java
package com.acme;¶¶import org.testcontainers.containers.GenericContainer;¶¶public class AppIT {¶    static GenericContainer<?> store = new GenericContainer<>("@i@");¶    static GenericContainer<?> app = new GenericContainer<>("acme/@app@").withExposedPorts(8000);¶    static { app.addLink(store, "@a@"); }¶}
#### testcontainers-modifier | notyes30 | any | | src/test/kotlin/AppSpec.kt
import com.github.dockerjava.api.model.Link¶import org.testcontainers.containers.GenericContainer¶¶val app = GenericContainer<Nothing>("acme/@app@").apply {¶    withCreateContainerCmdModifier { it.withLinks(Link("@s@", "@a@")) }¶}
#### testcontainers-py-kwargs | notyes30 | any | | tests/test_app.py
from testcontainers.core.container import DockerContainer¶¶¶def test_up():¶    with DockerContainer('acme/@app@').with_kwargs(links={'@s@': '@a@'}) as c:¶        assert c.get_wrapped_container().id
#### docker-java-hostconfig | notyes30 | any | | src/main/java/com/acme/Launcher.java
package com.acme;¶¶import com.github.dockerjava.api.DockerClient;¶import com.github.dockerjava.api.model.*;¶¶class Launcher {¶    String launch(DockerClient docker) {¶        HostConfig hc = HostConfig.newHostConfig().withLinks(new Link("@s@", "@a@"));¶        return docker.createContainerCmd("acme/@app@").withHostConfig(hc).exec().getId();¶    }¶}
#### spotify-client | notyes30 | any | | src/test/java/com/acme/Containers.java
package com.acme;¶¶import com.spotify.docker.client.messages.*;¶¶class Containers {¶    static ContainerConfig app() {¶        HostConfig host = HostConfig.builder().links("@s@:@a@").publishAllPorts(true).build();¶        return ContainerConfig.builder().image("acme/@app@").hostConfig(host).build();¶    }¶}
#### dockerode | notyes30 | any | | tools/spawn.js
const Docker = require('dockerode');¶const docker = new Docker();¶docker.createContainer({ Image: 'acme/@app@', HostConfig: { Links: ['@s@:@a@'], PublishAllPorts: true } })¶  .then(c => c.start());
#### node-spawn | notyes30 | any | | scripts/run.ts
import { spawn } from 'child_process';¶spawn('docker', ['run', '--rm', '--link', '@s@:@a@', 'acme/@app@'], { stdio: 'inherit' });
#### dockerpy-run | notyes30 | any | | @app@/runner.py
import docker¶¶client = docker.from_env()¶client.containers.run('acme/@app@', detach=True, links={'@s@': '@a@'})
#### dockerpy-lowlevel | notyes30 | any | | ci/stack.py
from docker import APIClient¶¶c = APIClient()¶hc = c.create_host_config(links=[('@s@', '@a@')], port_bindings={8000: 8000})¶c.start(c.create_container('acme/@app@', host_config=hc))
#### py-subprocess | notyes30 | any | | manage.py
import subprocess¶¶¶def up(image, store):¶    cmd = ['docker', 'run', '-d', '--name', '@app@']¶    cmd += ['--link', '%s:@a@' % store]¶    subprocess.check_call(cmd + [image])
#### fabric-run | notyes30 | any | | fabfile.py
from fabric.api import run, task¶¶@task¶def deploy():¶    run('docker pull acme/@app@')¶    run('docker run -d --link @s@:@a@ --name @app@ acme/@app@')
#### go-sdk | notyes30 | any | | internal/runner/runner.go
package runner¶¶import "github.com/docker/docker/api/types/container"¶¶func hostConfig() *container.HostConfig {¶→return &container.HostConfig{¶→→AutoRemove: true,¶→→Links:      []string{"@s@:@a@"},¶→}¶}
#### go-dockertest | notyes30 | any | | store/main_test.go
package store¶¶import "github.com/ory/dockertest"¶¶func start(pool *dockertest.Pool) (*dockertest.Resource, error) {¶→return pool.RunWithOptions(&dockertest.RunOptions{¶→→Repository: "acme/@app@",¶→→Links:      []string{"@s@:@a@"},¶→})¶}
#### ruby-docker-api | notyes30 | any | | lib/sandbox.rb
require 'docker'¶¶Docker::Container.create('Image' => 'acme/@app@', 'HostConfig' => { 'Links' => ['@s@:@a@'] }).start
#### rakefile-sh | notyes30 | any | | Rakefile
task :console do¶  sh 'docker run -it --rm --link @s@:@a@ acme/@app@ bin/rails console'¶end
#### capistrano-execute | notyes30 | any | | config/deploy.rb
namespace :deploy do¶  task :restart do¶    on roles(:app) do¶      execute :docker, :run, '-d', "--link @s@:@a@", 'acme/@app@'¶    end¶  end¶end
#### csharp-dotnet | notyes30 | any | | test/Fixture.cs
using System.Collections.Generic;¶using Docker.DotNet.Models;¶¶static class Fixture¶{¶    public static CreateContainerParameters App() => new CreateContainerParameters¶    {¶        Image = "acme/@app@",¶        HostConfig = new HostConfig { Links = new List<string> { "@s@:@a@" } }¶    };¶}
#### rust-bollard | notyes30 | any | | tests/common.rs
use bollard::service::HostConfig;¶¶pub fn host_config() -> HostConfig {¶    HostConfig {¶        links: Some(vec!["@s@:@a@".to_string()]),¶        ..Default::default()¶    }¶}
#### rust-xtask | notyes30 | any | | xtask/src/main.rs
use std::process::Command;¶¶fn main() {¶    Command::new("docker").args(["run", "--rm", "--link", "@s@:@a@", "acme/@app@"]).status().unwrap();¶}
#### php-docker-client | notyes30 | any | | src/Launcher.php
<?php¶use Docker\API\Model\HostConfig;¶¶$hostConfig = new HostConfig();¶$hostConfig->setLinks(['@s@:@a@']);
#### elixir-cmd | notyes30 | any | | lib/mix/tasks/up.ex
defmodule Mix.Tasks.Up do¶  use Mix.Task¶  def run(_), do: System.cmd("docker", ["run", "-d", "--link", "@s@:@a@", "acme/@app@"])¶end
#### clojure-sh | notyes30 | any | | dev/user.clj
(ns user (:require [clojure.java.shell :refer [sh]]))¶¶(defn up [] (sh "docker" "run" "-d" "--link" "@s@:@a@" "acme/@app@"))
#### scala-process | notyes30 | any | | project/Docker.scala
import scala.sys.process._¶¶object Docker {¶  def up(): Int = "docker run -d --link @s@:@a@ acme/@app@".!¶}
#### groovy-execute | notyes30 | any | | ci/up.groovy
def p = "docker run -d --link @s@:@a@ acme/@app@".execute()¶p.waitFor()
#### perl-system | notyes30 | any | | bin/up.pl
#!/usr/bin/env perl¶use strict;¶my @cmd = qw(docker run -d --name @app@);¶push @cmd, '--link', '@s@:@a@';¶system(@cmd, 'acme/@app@') == 0 or die;
#### c-system | notyes30 | any | | tools/launch.c
#include <stdlib.h>¶¶int main(void)¶{¶→return system("docker run -d --link @s@:@a@ acme/@app@");¶}
#### powershell | notyes30 | any | | up.ps1
$ErrorActionPreference = 'Stop'¶docker run -d --name @s@ @i@¶docker run -d `¶  --link @s@:@a@ `¶  acme/@app@
#### curl-socket | notyes30 | any | | spawn.sh
#!/bin/sh¶curl --unix-socket /var/run/docker.sock -H 'Content-Type: application/json' \¶  -d '{"Image": "acme/@app@", "HostConfig": {"Links": ["@s@:@a@"]}}' \¶  http://localhost/v1.24/containers/create
#### pulumi-ts | notyes30 | any | | index.ts
import * as docker from '@pulumi/docker';¶¶const store = new docker.Container('store', { image: '@i@', name: '@s@' });¶export const app = new docker.Container('app', { image: 'acme/@app@', links: ['@s@:@a@'] }, { dependsOn: store });
#### crane-yml | notyes30 | any | | crane.yaml
containers:¶  @a@:¶    image: @i@¶    run:¶      detach: true¶  app:¶    image: acme/@app@¶    run:¶      link: ["@a@:@a@"]¶      detach: true
#### rancheros-cloud-config | notyes30 | any | | cloud-config.yml
#cloud-config¶rancher:¶  services:¶    @a@:¶      image: @i@¶    web:¶      image: acme/@app@¶      links:¶        - @a@
#### mrsk-options | notyes30 | any | | config/deploy.yml
service: @app@¶image: acme/@app@¶servers:¶  web:¶    hosts:¶      - 10.0.0.4¶    options:¶      link: "@s@:@a@"
== Gemfile
source 'https://rubygems.org'¶gem 'mrsk', '~> 0.15'
#### nomad-rawexec | notyes30 | any | | @app@.nomad
job "@app@" {¶  group "web" {¶    task "run" {¶      driver = "raw_exec"¶      config {¶        command = "/usr/bin/docker"¶        args    = ["run", "--rm", "--link", "@s@:@a@", "acme/@app@"]¶      }¶    }¶  }¶}
#### dokku-options | notyes30 | any | | bin/setup-dokku
#!/bin/sh¶dokku docker-options:add @app@ deploy,run "--link @s@:@a@"
#### devcontainer-runargs | notyes30 | any | | .devcontainer/devcontainer.json
{¶  "name": "@app@",¶  "image": "mcr.microsoft.com/devcontainers/base:ubuntu",¶  "runArgs": ["--link=@s@:@a@"]¶}
#### npm-script | notyes30 | any | | package.json
{¶  "name": "@app@",¶  "scripts": {¶    "docker": "docker run --rm -p 3000:3000 --link @s@:@a@ acme/@app@"¶  }¶}
#### gha-step | notyes30 | any | | .github/workflows/ci.yml
on: push¶jobs:¶  test:¶    runs-on: ubuntu-latest¶    steps:¶      - uses: actions/checkout@v4¶      - run: docker run -d --name @s@ @i@¶      - run: docker run --rm --link @s@:@a@ acme/@app@ make check
#### drone-sock | notyes30 | any | | .drone.yml
kind: pipeline¶name: default¶steps:¶  - name: smoke¶    image: docker:20¶    commands:¶      - docker run -d --name @s@ @i@¶      - docker run --rm --link @s@:@a@ acme/@app@ ./smoke.sh
#### jenkins-declarative | notyes30 | any | | Jenkinsfile
pipeline {¶  agent { docker { image 'maven:3-jdk-8'; args '--link @s@:@a@' } }¶  stages { stage('Test') { steps { sh 'mvn -B verify' } } }¶}
#### inspect-format | notyes30 | any | | audit.sh
#!/bin/sh¶for c in $(docker ps -q); do¶  docker inspect -f '{{.Name}} {{range .HostConfig.Links}}{{.}} {{end}}' "$c"¶done
#### inspect-jq | notyes30 | any | | bin/deps
#!/bin/bash¶docker inspect "$1" | jq -r '.[0].HostConfig.Links[]?' | cut -d: -f1
#### inspect-py | notyes30 | any | | graph.py
import docker¶¶for c in docker.from_env().containers.list():¶    for link in c.attrs['HostConfig']['Links'] or []:¶        print(c.name, '->', link.split(':')[0])
#### rm-link | notyes30 | any | | teardown.sh
#!/bin/sh¶docker rm --link /@app@/@a@
#### rm-link-go | notyes30 | any | | cleanup.go
package main¶¶import (¶→"context"¶¶→"github.com/docker/docker/api/types"¶→"github.com/docker/docker/client"¶)¶¶func unlink(ctx context.Context, c *client.Client) error {¶→return c.ContainerRemove(ctx, "@app@/@a@", types.ContainerRemoveOptions{RemoveLinks: true})¶}
#### rm-link-py | notyes30 | any | | unlink.py
import docker¶docker.APIClient().remove_container('@app@/@a@', link=True)
"""

HARMLESS = r"""
#### own-py-int | yes | pg | | settings.py
import os¶¶DB = {'host': os.environ.get('@A@_HOST', 'localhost'), 'port': int(os.environ.get('@A@_PORT', '5432')), 'name': os.environ['@A@_NAME']}
== docker-compose.yml
version: '3.7'¶services:¶  web:¶    build: .¶    environment:¶      @A@_HOST: @a@¶      @A@_PORT: 5432¶      @A@_NAME: @app@¶  @a@:¶    image: postgres:13
== Dockerfile
FROM python:3.9-slim¶COPY . /srv¶CMD ["python", "/srv/settings.py"]
#### own-py-membership | yes | redis | | app/cache.py
import os¶¶if '@A@_PORT' in os.environ:¶    PORT = int(os.environ['@A@_PORT'])¶else:¶    PORT = 6379
== .env.example
@A@_HOST=localhost¶@A@_PORT=6379
#### own-py-tcp-url | yes | any | | client.py
import os¶¶host = os.getenv('@A@_HOST', '127.0.0.1')¶port = os.getenv('@A@_PORT', '@p@')¶ENDPOINT = 'tcp://' + host + ':' + port
== .env
@A@_HOST=10.1.2.3¶@A@_PORT=@p@
#### own-node-dotenv | yes | mysql | | src/db.js
require('dotenv').config();¶const { @A@_HOST, @A@_PORT, @A@_NAME } = process.env;¶module.exports = { host: @A@_HOST, port: Number(@A@_PORT) || 3306, database: @A@_NAME };
== .env.sample
@A@_HOST=localhost¶@A@_PORT=3306¶@A@_NAME=@app@
#### own-node-listen | yes | any | | server.js
const app = require('express')();¶const port = parseInt(process.env.APP_PORT || process.env.PORT, 10) || 3000;¶app.listen(port, () => console.log(`tcp://0.0.0.0:${port}`));
#### own-ts-zod | yes | redis | | src/env.ts
import { z } from 'zod';¶¶export const env = z.object({¶  @A@_HOST: z.string().default('localhost'),¶  @A@_PORT: z.coerce.number().default(6379),¶}).parse(process.env);
#### own-go-listen | yes | any | | main.go
package main¶¶import (¶→"log"¶→"net"¶→"os"¶)¶¶func main() {¶→port := os.Getenv("APP_PORT")¶→if port == "" {¶→→port = "8080"¶→}¶→l, err := net.Listen("tcp", ":"+port)¶→if err != nil {¶→→log.Fatal(err)¶→}¶→defer l.Close()¶}
== Dockerfile
FROM golang:1.22 AS build¶WORKDIR /src¶COPY . .¶RUN go build -ldflags "-linkmode external -extldflags -static" -o /@app@ .¶FROM scratch¶COPY --from=build /@app@ /@app@¶ENTRYPOINT ["/@app@"]
#### own-go-envconfig | yes | pg | | config/config.go
package config¶¶type DB struct {¶→Host string `envconfig:"@A@_HOST" default:"localhost"`¶→Port int    `envconfig:"@A@_PORT" default:"5432"`¶→Name string `envconfig:"@A@_NAME" required:"true"`¶}
#### own-go-dsn | yes | mysql | | db/db.go
package db¶¶import (¶→"fmt"¶→"os"¶)¶¶func DSN() string {¶→return fmt.Sprintf("%s:%s@tcp(%s:%s)/%s", os.Getenv("@A@_USER"), os.Getenv("@A@_PASS"), os.Getenv("@A@_HOST"), os.Getenv("@A@_PORT"), os.Getenv("@A@_NAME"))¶}
== compose.yaml
services:¶  app:¶    build: .¶    environment:¶      - @A@_USER=app¶      - @A@_PASS=app¶      - @A@_HOST=@a@¶      - @A@_PORT=3306¶      - @A@_NAME=@app@¶  @a@:¶    image: mysql:8
== Dockerfile
FROM golang:1.22¶COPY . /src
#### own-rails-yml | yes | pg | | config/database.yml
production:¶  adapter: postgresql¶  host: <%= ENV.fetch("@A@_HOST", "localhost") %>¶  port: <%= ENV.fetch("@A@_PORT", 5432) %>¶  database: <%= ENV.fetch("@A@_NAME", "@app@") %>
#### own-ruby-uri-built | yes | any | | lib/endpoint.rb
require 'uri'¶ENDPOINT = URI("tcp://#{ENV.fetch('@A@_HOST', 'localhost')}:#{Integer(ENV.fetch('@A@_PORT', '@p@'))}")
#### own-laravel | yes | mysql | | config/database.php
<?php¶return ['connections' => ['mysql' => [¶    'host' => env('DB_HOST', '127.0.0.1'),¶    'port' => env('DB_PORT', '3306'),¶    'database' => env('DB_DATABASE', '@app@'),¶]]];
== .env.example
DB_CONNECTION=mysql¶DB_HOST=127.0.0.1¶DB_PORT=3306¶DB_DATABASE=@app@
#### own-spring-yml | yes | pg | | src/main/resources/application.yml
server:¶  port: ${SERVER_PORT:8080}¶spring:¶  datasource:¶    url: jdbc:postgresql://${@A@_HOST:localhost}:${@A@_PORT:5432}/${@A@_NAME:@app@}
#### own-properties | yes | redis | | src/main/resources/application.properties
spring.redis.host=${@A@_HOST:localhost}¶spring.redis.port=${@A@_PORT:6379}¶management.endpoints.web.base-path=/_links
#### own-java-parseint | yes | any | | src/main/java/com/acme/Main.java
package com.acme;¶¶public class Main {¶    public static void main(String[] args) {¶        int port = Integer.parseInt(System.getenv().getOrDefault("@A@_PORT", "@p@"));¶        System.out.println("tcp://" + System.getenv("@A@_HOST") + ":" + port);¶    }¶}
== run.env
@A@_HOST=localhost¶@A@_PORT=@p@
#### own-kotlin | yes | pg | | src/main/kotlin/Config.kt
data class Config(¶    val host: String = System.getenv("@A@_HOST") ?: "localhost",¶    val port: Int = System.getenv("@A@_PORT")?.toInt() ?: 5432¶)
#### own-hocon | yes | redis | | conf/application.conf
redis {¶  host = "localhost"¶  host = ${?@A@_HOST}¶  port = 6379¶  port = ${?@A@_PORT}¶}
#### own-csharp | yes | amqp | | Bus.cs
using System;¶¶public static class Bus¶{¶    public static int Port => int.TryParse(Environment.GetEnvironmentVariable("@A@_PORT"), out var p) ? p : 5672;¶}
#### own-rust-parse | yes | any | | src/main.rs
use std::{env, net::TcpListener};¶¶fn main() -> std::io::Result<()> {¶    let port: u16 = env::var("@A@_PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(@p@);¶    let _l = TcpListener::bind(("0.0.0.0", port))?;¶    Ok(())¶}
== .cargo/config.toml
[target.x86_64-unknown-linux-gnu]¶rustflags = ["-C", "link-arg=-fuse-ld=lld", "-C", "link-self-contained=yes"]
#### own-elixir | yes | pg | | config/runtime.exs
import Config¶¶config :@app@, @app@.Repo,¶  hostname: System.get_env("@A@_HOST", "localhost"),¶  port: String.to_integer(System.get_env("@A@_PORT", "5432"))
#### own-erlang-listen | yes | any | | src/@app@_srv.erl
-module(@app@_srv).¶-export([start_link/0]).¶¶start_link() ->¶    Port = list_to_integer(os:getenv("APP_PORT", "8080")),¶    gen_tcp:listen(Port, [binary, {active, false}]).
#### own-haskell-read | yes | any | | app/Main.hs
module Main where¶¶import System.Environment (lookupEnv)¶¶main :: IO ()¶main = do¶  port <- maybe @p@ read <$> lookupEnv "@A@_PORT"¶  print (port :: Int)
#### own-perl | yes | mysql | | lib/Conf.pm
package Conf;¶our $DSN = sprintf 'dbi:mysql:host=%s;port=%d', $ENV{@A@_HOST} // 'localhost', $ENV{@A@_PORT} // 3306;¶1;
#### own-lua | yes | redis | | conf.lua
return { host = os.getenv("@A@_HOST") or "127.0.0.1", port = tonumber(os.getenv("@A@_PORT")) or 6379 }
#### own-c-atoi | yes | any | | main.c
#include <stdlib.h>¶¶int main(void)¶{¶→const char *p = getenv("@A@_PORT");¶→int port = p ? atoi(p) : @p@;¶→return port == 0;¶}
== CMakeLists.txt
cmake_minimum_required(VERSION 3.10)¶project(@app@ C)¶add_executable(@app@ main.c)¶target_link_libraries(@app@ m)¶set_target_properties(@app@ PROPERTIES LINK_FLAGS "-Wl,--link-editor")
#### own-sh-wait | yes | pg | | wait-for.sh
#!/bin/sh¶set -eu¶while ! nc -z "$@A@_HOST" "$@A@_PORT"; do sleep 1; done¶exec "$@"
== docker-compose.yml
services:¶  web:¶    build: .¶    command: ["./wait-for.sh", "./serve"]¶    environment: {@A@_HOST: @a@, @A@_PORT: "5432"}¶  @a@:¶    image: postgres:15
== Dockerfile
FROM alpine:3.19¶COPY . /app¶WORKDIR /app
#### own-envsubst-nginx | yes | http | | nginx/default.conf.template
upstream app { server ${@A@_HOST}:${@A@_PORT}; }¶server { listen 80; location / { proxy_pass http://app; } }
== docker-compose.yml
version: "3.8"¶services:¶  nginx:¶    image: nginx:1.25¶    volumes: ["./nginx:/etc/nginx/templates:ro"]¶    environment:¶      @A@_HOST: @a@¶      @A@_PORT: "8080"¶  @a@:¶    image: acme/api:2
#### own-dockerize | yes | any | | app.ini.tmpl
[server]¶port = {{ default .Env.APP_PORT "8000" }}¶name = {{ .Env.APP_NAME }}
== Dockerfile
FROM alpine:3.18¶ENV APP_PORT=8000 APP_NAME=@app@¶COPY app.ini.tmpl /¶CMD ["dockerize", "-template", "/app.ini.tmpl:/app.ini", "/bin/@app@"]
#### own-toml-ini | yes | any | | config.toml
[database]¶host = "localhost"¶port = @p@¶url = "tcp://localhost:@p@"¶¶[links]¶@a@ = "https://example.com/@a@"
== setup.cfg
[metadata]¶name = @app@¶project_urls =¶    Links = https://example.com
#### own-makefile | yes | any | | Makefile
APP_PORT ?= 8000¶IMAGE := acme/@app@¶¶run:¶→docker run --rm -p $(APP_PORT):8000 -e APP_PORT=8000 $(IMAGE)¶¶install:¶→ln --symbolic --force $(CURDIR)/bin/@app@ /usr/local/bin/@app@
#### own-systemd | yes | any | | deploy/@app@.service
[Service]¶Environment=@A@_HOST=db.internal @A@_PORT=@p@¶ExecStart=/opt/@app@/bin/serve --backend ${@A@_HOST}:${@A@_PORT}¶¶[Install]¶WantedBy=multi-user.target¶Alias=@a@.service
#### own-app-env-file | yes | any | | run.sh
#!/bin/sh¶export APP_ENV_FILE=/etc/@app@.env¶exec node index.js
== index.js
console.log(process.env.APP_ENV_FILE, process.env.NODE_ENV);
#### own-docker-host-url | yes | any | | tools/which_host.py
import os¶from urllib.parse import urlparse¶¶url = urlparse(os.environ.get('DOCKER_HOST', 'tcp://127.0.0.1:2375'))¶print(url.hostname, url.port or 2375)
#### own-database-url | yes | pg | | app.rb
require 'uri'¶db = URI.parse(ENV.fetch('DATABASE_URL', 'postgres://localhost:5432/@app@'))¶puts db.host
== Procfile
web: bundle exec puma -p $PORT
#### own-zmq | yes | any | | bus.py
import os¶import zmq¶¶sock = zmq.Context().socket(zmq.PUSH)¶sock.connect("tcp://%s:%s" % (os.environ["BUS_HOST"], os.environ["BUS_PORT"]))
== compose.yml
services:¶  bus:¶    build: .¶    environment: [BUS_HOST=broker, BUS_PORT=5555]
== Dockerfile
FROM python:3.12-slim¶RUN pip install pyzmq¶COPY bus.py /¶CMD ["python", "/bus.py"]
#### own-env-loop | yes | any | | dump.py
import os¶¶settings = {k[len('APP_'):].lower(): v for k, v in os.environ.items() if k.startswith('APP_CFG_')}¶print(settings)
#### own-built-name | yes | any | | src/flags.js
const flag = name => process.env[`FEATURE_${name.toUpperCase()}_ENABLED`] === '1';¶module.exports = { beta: flag('beta') };
#### k8s-go | yes | pg | | k8s/@k@.yaml
apiVersion: v1¶kind: Service¶metadata:¶  name: @k@¶spec:¶  selector: {app: @k@}¶  ports:¶    - port: 5432
== main.go
package main¶¶import (¶→"fmt"¶→"os"¶)¶¶func main() {¶→fmt.Println(os.Getenv("@A@_PORT_5432_TCP_ADDR"), os.Getenv("@A@_SERVICE_PORT"))¶}
== k8s/deploy.yaml
apiVersion: apps/v1¶kind: Deployment¶metadata: {name: @app@}¶spec:¶  selector: {matchLabels: {app: @app@}}¶  template:¶    metadata: {labels: {app: @app@}}¶    spec:¶      containers:¶        - {name: @app@, image: "acme/@app@:1"}
#### k8s-py-service | yes | redis | | deploy/svc.yml
kind: Service¶apiVersion: v1¶metadata:¶  name: @k@¶spec:¶  ports: [{port: 6379, targetPort: 6379}]¶  selector: {role: store}
== app.py
import os¶host = os.environ['@A@_SERVICE_HOST']¶port = int(os.environ['@A@_SERVICE_PORT'])
#### k8s-deploy-links-false | yes | any | | chart/templates/deploy.yaml
apiVersion: apps/v1¶kind: Deployment¶metadata:¶  name: @app@¶spec:¶  template:¶    spec:¶      enableServiceLinks: false¶      containers:¶        - name: @app@¶          image: acme/@app@¶          env:¶            - {name: @A@_PORT, value: "@p@"}
#### compose3-links | yes | any | | docker-compose.yml
version: '3'¶services:¶  web:¶    build: .¶    links:¶      - @a@¶  @a@:¶    image: @i@
== Dockerfile
FROM node:18-alpine¶COPY . .¶CMD ["node", "index.js"]
== index.js
require('net').connect(@p@, '@a@');
#### compose2-links-alias | yes | any | | docker-compose.yml
version: "2"¶services:¶  app:¶    build: .¶    links: ["store:@a@"]¶  store:¶    image: @i@
== Dockerfile
FROM ruby:2.7¶COPY . /app¶CMD ["ruby", "/app/app.rb"]
== app.rb
require 'socket'¶TCPSocket.new('@a@', @p@)
#### composespec-links | yes | any | | compose.yaml
services:¶  app:¶    build: .¶    depends_on: [@a@]¶    links:¶      - @a@:backend¶  @a@:¶    image: @i@
== Dockerfile
FROM busybox¶CMD ["nc", "backend", "@p@"]
#### run-userdefined-net | yes | any | | up.sh
#!/bin/sh¶docker network create @app@-net¶docker run -d --name @a@ --network @app@-net @i@¶docker run -d --name web --network @app@-net -p 80:8000 acme/@app@
#### run-userdefined-link | yes | any | | up.sh
#!/bin/sh -e¶docker network inspect @app@ >/dev/null 2>&1 || docker network create @app@¶docker run -d --name @s@ --network @app@ @i@¶docker run -d --network @app@ --link @s@:@a@ acme/@app@
#### dockerpy-network | yes | any | | stack.py
import docker¶¶c = docker.from_env()¶net = c.networks.create('@app@', driver='bridge')¶c.containers.run('@i@', name='@a@', network=net.name, detach=True)¶c.containers.run('acme/@app@', network=net.name, detach=True, environment={'@A@_PORT': '@p@'})
#### testcontainers-network | yes | pg | | src/test/java/com/acme/DbIT.java
package com.acme;¶¶import org.testcontainers.containers.*;¶¶class DbIT {¶    static Network net = Network.newNetwork();¶    static GenericContainer<?> db = new GenericContainer<>("postgres:15").withNetwork(net).withNetworkAliases("@a@").withExposedPorts(5432);¶    static int port() { return db.getMappedPort(5432); }¶}
#### go-testcontainers | yes | redis | | it_test.go
package it¶¶import "github.com/testcontainers/testcontainers-go"¶¶var req = testcontainers.ContainerRequest{¶→Image:          "redis:7",¶→ExposedPorts:   []string{"6379/tcp"},¶→Networks:       []string{"@app@"},¶→NetworkAliases: map[string][]string{"@app@": {"@a@"}},¶}
#### gha-services | yes | pg | | .github/workflows/test.yml
on: [push]¶jobs:¶  test:¶    runs-on: ubuntu-latest¶    services:¶      postgres:¶        image: postgres:15¶        ports: ["5432:5432"]¶    steps:¶      - uses: actions/checkout@v4¶      - run: make test¶        env:¶          @A@_HOST: localhost¶          @A@_PORT: ${{ job.services.postgres.ports[5432] }}
== Makefile
test:¶→psql -h $(@A@_HOST) -p $(@A@_PORT) -c 'select 1'
#### drone-services | yes | pg | | .drone.yml
kind: pipeline¶type: docker¶name: default¶services:¶  - name: @k@¶    image: postgres:13¶steps:¶  - name: test¶    image: golang:1.20¶    environment: {@A@_HOST: @k@, @A@_PORT: "5432"}¶    commands: [go test ./...]
#### nomad-env | yes | any | | @app@.nomad.hcl
job "@app@" {¶  group "web" {¶    network { port "http" { to = 8000 } }¶    task "web" {¶      driver = "docker"¶      config { image = "acme/@app@" ports = ["http"] }¶      env { APP_PORT = "${NOMAD_PORT_http}" }¶    }¶  }¶}
#### kamal2-accessory | yes | pg | | config/deploy.yml
service: @app@¶image: acme/@app@¶servers: [10.0.0.2]¶env:¶  clear:¶    @A@_HOST: @app@-db¶    @A@_PORT: 5432¶accessories:¶  db:¶    image: postgres:16¶    host: 10.0.0.2
== Gemfile
source "https://rubygems.org"¶gem "kamal", "~> 2.3"
#### jenkins-plain-docker | yes | any | | Jenkinsfile
pipeline {¶  agent { docker { image 'node:20' } }¶  environment { APP_PORT = '3000' }¶  stages { stage('test') { steps { sh 'npm ci && npm link && npm test' } } }¶}
#### terraform-network | yes | any | | main.tf
resource "docker_network" "net" { name = "@app@" }¶¶resource "docker_container" "app" {¶  name  = "@app@"¶  image = "acme/@app@"¶  env   = ["@A@_PORT=@p@"]¶  networks_advanced {¶    name    = docker_network.net.name¶    aliases = ["@a@"]¶  }¶}
#### terraform-privatelink | yes | any | | net.tf
resource "azurerm_private_dns_zone_virtual_network_link" "@u@" {¶  name                  = "@app@"¶  private_dns_zone_name = "privatelink.database.windows.net"¶}¶¶output "links" { value = ["@app@:@a@"] }
#### hal-links | yes | any | | fixtures/order.json
{"id": 7, "_links": {"self": {"href": "/orders/7"}, "@a@": {"href": "/@a@/3"}}}
== lib/hal.js
exports.follow = (doc, rel) => fetch(doc._links[rel].href);
#### jsonapi-links | yes | any | | app/serializers.py
def paginate(page, url):¶    return {'data': page.items, 'links': {'self': url, 'next': f'{url}?page={page.number + 1}'}}
#### json-hyperschema | yes | any | | schema/user.json
{"$schema": "http://json-schema.org/draft-04/hyper-schema#", "title": "User", "links": [{"rel": "self", "href": "/users/{id}"}, {"rel": "@a@", "href": "/@a@"}]}
#### openapi-links | yes | any | | openapi.yaml
openapi: 3.0.3¶info: {title: @app@, version: "1"}¶paths:¶  /users:¶    post:¶      responses:¶        '201':¶          description: created¶          links:¶            GetUser:¶              operationId: getUser¶              parameters: {id: $response.body#/id}
#### hugo-front-matter | yes | any | | content/post/hello.md
---¶title: Hello¶links:¶  - @a@¶  - name: source¶    url: https://example.com¶---¶¶First post.
== config.toml
baseURL = "https://example.com/"¶title = "@app@"
#### jekyll-data-links | yes | any | | _data/nav.yml
main:¶  links:¶    - title: Home¶      url: /¶footer:¶  links: [about, contact]
== _config.yml
title: @app@¶plugins: [jekyll-feed]
#### package-json-link | yes | any | | package.json
{¶  "name": "@app@",¶  "scripts": {¶    "dev:link": "npm link ../common && npm run dev",¶    "bootstrap": "lerna link --force-local"¶  },¶  "dependencies": {"shared": "link:../common"}¶}
#### ip-link | yes | any | | scripts/net.sh
#!/bin/sh¶ip link add veth0 type veth peer name veth1¶ip link set dev veth0 up¶ip --brief link show
#### ln-symbolic | yes | any | | Dockerfile
FROM debian:12¶RUN ln --symbolic --force /usr/share/zoneinfo/UTC /etc/localtime \¶ && cp --link -r /opt/a /opt/b¶COPY --link --from=busybox /bin/busybox /bin/busybox
#### update-alternatives-link | yes | any | | install.sh
#!/bin/bash¶update-alternatives --install /usr/bin/cc cc /usr/bin/gcc 50 --slave /usr/bin/c++ c++ /usr/bin/g++¶llvm-config --link-static --libs¶rsync -a --links --link-dest=../prev src/ dst/
#### erl-lld-flags | yes | any | | build.sh
#!/bin/sh¶clang++ -O2 main.cc `pkg-config --libs sdl2` -Wl,--as-needed -o @app@¶ghc --make -dynamic Main.hs¶bazel build --linkopt=-static --dynamic_mode=off //:@app@
#### chef-link-resource | yes | any | | recipes/default.rb
link '/usr/local/bin/@app@' do¶  to '/opt/@app@/bin/@app@'¶  link_type :symbolic¶end¶¶docker_container '@app@' do¶  repo 'acme/@app@'¶  network_mode '@app@-net'¶end¶¶docker_network '@app@-net'
#### puppet-links-follow | yes | any | | manifests/init.pp
file { '/etc/@app@.conf':¶  ensure => file,¶  links  => follow,¶  source => 'puppet:///modules/@app@/app.conf',¶}
#### salt-symlink | yes | any | | salt/@app@.sls
/usr/local/bin/@app@:¶  file.symlink:¶    - target: /opt/@app@/bin/@app@¶    - force: True
#### ansible-file-link | yes | any | | tasks/main.yml
- name: current release¶  ansible.builtin.file:¶    src: /srv/releases/{{ rev }}¶    dest: /srv/current¶    state: link¶- name: run¶  community.docker.docker_container:¶    name: @app@¶    image: acme/@app@¶    networks: [{name: @app@}]¶    env: {@A@_PORT: "@p@"}
#### vagrant-sync | yes | any | | Vagrantfile
Vagrant.configure("2") do |config|¶  config.vm.box = "debian/bookworm64"¶  config.vm.synced_folder ".", "/srv", type: "rsync", rsync__args: ["--archive", "--copy-links"]¶end
#### gradle-javadoc-links | yes | any | | build.gradle
plugins { id 'java' }¶¶javadoc {¶    options.links 'https://docs.oracle.com/javase/8/docs/api/'¶}
#### maven-javadoc-links | yes | any | | pom.xml
<project>¶  <build><plugins><plugin>¶    <artifactId>maven-javadoc-plugin</artifactId>¶    <configuration>¶      <links>¶        <link>https://docs.oracle.com/javase/8/docs/api</link>¶      </links>¶    </configuration>¶  </plugin></plugins></build>¶</project>
#### cdk-service | yes | any | | lib/stack.ts
import * as ecs from 'aws-cdk-lib/aws-ecs';¶¶export function web(task: ecs.FargateTaskDefinition) {¶  return task.addContainer('web', { image: ecs.ContainerImage.fromRegistry('acme/@app@'), environment: { @A@_PORT: '@p@' } });¶}
#### cloudformation-params | yes | any | | stack.yml
Parameters:¶  DBPort: {Type: Number, Default: 5432}¶Resources:¶  Db:¶    Type: AWS::RDS::DBInstance¶    Properties: {Engine: postgres, Port: !Ref DBPort, DBInstanceClass: db.t3.micro, AllocatedStorage: '20'}
#### react-link | yes | any | | src/Nav.tsx
import { Link } from 'react-router-dom';¶¶const links = ['/@a@:list', '/about'];¶export const Nav = () => <nav>{links.map(l => <Link key={l} to={l}>{l}</Link>)}</nav>;
#### html-css-links | yes | any | | public/index.html
<!doctype html>¶<html><head><link rel="stylesheet" href="main.css"></head><body class="nav--links"></body></html>
== public/main.css
:root { --link: #06c; --link-hover: #049; }¶a { color: var(--link); }
#### argparse-link | yes | any | | tool.py
import argparse¶¶p = argparse.ArgumentParser()¶p.add_argument('--link', action='append', default=[], help='URL to crawl')¶for url in p.parse_args().link:¶    print(url)
#### graph-links-d3 | yes | any | | viz/graph.js
const graph = { nodes: [{ id: 'a' }, { id: 'b' }], links: [{ source: 'a', target: 'b' }] };¶d3.forceSimulation(graph.nodes).force('link', d3.forceLink(graph.links));
#### scrapy-links | yes | any | | spider.py
class Page:¶    def __init__(self, soup):¶        self.links = [a['href'] for a in soup.find_all('a', href=True)]¶¶    def external(self):¶        return [l for l in self.links if '://' in l]
#### go-struct-links | yes | any | | feed/atom.go
package feed¶¶type Entry struct {¶→Title string   `xml:"title"`¶→Links []string `xml:"link"`¶}¶¶var sample = Entry{Title: "@app@", Links: []string{"https://example.com/1"}}
#### comment-py | yes | pg | | db.py
import os¶¶# Until 2.0 this used os.environ['@A@_PORT_5432_TCP_ADDR'] from docker run --link.¶HOST = os.environ.get('PGHOST', 'localhost')
#### comment-sh | yes | redis | | entry.sh
#!/bin/sh¶# was: redis-cli -h "$@A@_PORT_6379_TCP_ADDR"¶exec redis-cli -h "${REDIS_HOST:-localhost}"
#### comment-go-js | yes | mongo | | store.js
/*¶ * Formerly read process.env.@A@_PORT_27017_TCP_ADDR; now a plain URL.¶ */¶module.exports = process.env.MONGO_URL || 'mongodb://localhost/@app@';
#### changelog | yes | any | | CHANGELOG.md
# Changelog¶¶## 2.0.0¶¶- Dropped support for legacy container links; use a user-defined network.¶- `@A@_PORT_@p@_TCP_ADDR` is no longer read, set `@A@_HOST`.
== main.py
import os¶print(os.environ.get('@A@_HOST', 'localhost'))
#### prose-readme | yes | any | | README.md
# @app@¶¶Do not use legacy links (the `--link` flag); they were deprecated years ago.¶Create a network with `docker network create @app@` instead.
#### bash-links-browser | yes | any | | test.sh
#!/bin/sh¶links -dump http://localhost:8000/ | grep -q '@app@'¶find . -type l -links +1¶git config --get remote.origin.url
#### port-suffix-names | yes | any | | run.py
import os¶HTTP_PORT = int(os.environ.get('HTTP_PORT', 80))¶METRICS_PORT_NAME = os.environ.get('METRICS_PORT_NAME', 'metrics')¶TCP_ADDR = os.environ.get('STATSD_TCP_ADDR', 'localhost')
== .env
HTTP_PORT=8080¶METRICS_PORT_NAME=prom¶STATSD_TCP_ADDR=statsd.internal
#### other-hostname-only | yes29 | any | | docker-compose.yml
web:¶  build: .¶  links:¶    - @o@¶@o@:¶  image: @oi@
== Dockerfile
FROM python:3.6¶COPY app.py /¶CMD ["python", "/app.py"]
== app.py
import socket¶s = socket.create_connection(('@o@', @q@))
#### other-own-port | yes29 | pg | | docker-compose.yml
web:¶  build: .¶  links:¶    - @o@¶  environment:¶    @A@_HOST: db.internal¶    @A@_PORT: "5432"¶    @A@_NAME: @app@¶@o@:¶  image: @oi@
== Dockerfile
FROM node:8¶COPY . /app¶CMD ["node", "/app/db.js"]
== db.js
const { @A@_HOST, @A@_PORT, @A@_NAME } = process.env;¶console.log(@A@_HOST, parseInt(@A@_PORT, 10), @A@_NAME);
#### other-makefile | yes29 | redis | | Makefile
run:¶→docker run -d --name @app@-@o@ @oi@¶→docker run --rm --link @app@-@o@:@o@ -e @A@_HOST=10.0.0.9 -e @A@_PORT=6379 acme/@app@
== Dockerfile
FROM ruby:2.4¶COPY main.rb /¶CMD ["ruby", "/main.rb"]
== main.rb
port = Integer(ENV.fetch('@A@_PORT', '6379'))¶puts "tcp://#{ENV['@A@_HOST']}:#{port}"
#### other-go | yes29 | any | | scripts/run.sh
#!/bin/sh¶docker run -d --name @o@ @oi@¶docker run -d --link @o@ -e APP_PORT=8080 acme/@app@
== Dockerfile
FROM golang:1.10¶COPY main.go /src/main.go¶CMD ["go", "run", "/src/main.go"]
== main.go
package main¶¶import (¶→"net"¶→"os"¶)¶¶func main() {¶→if _, err := net.Dial("tcp", "@o@:@q@"); err != nil {¶→→panic(err)¶→}¶→net.Listen("tcp", ":"+os.Getenv("APP_PORT"))¶}
#### other-spring | yes29 | mysql | | fig.yml
app:¶  build: .¶  links:¶    - @o@¶  environment:¶    - DATASOURCE_PORT=3306¶@o@:¶  image: @oi@
== src/main/java/com/acme/App.java
package com.acme;¶¶import org.springframework.boot.SpringApplication;¶import org.springframework.boot.autoconfigure.SpringBootApplication;¶¶@SpringBootApplication¶public class App {¶    public static void main(String[] args) { SpringApplication.run(App.class, args); }¶}
== Dockerfile
FROM openjdk:8-jre¶COPY target/@app@.jar /app.jar¶CMD ["java", "-jar", "/app.jar"]
== src/main/resources/application.properties
server.port=${SERVER_PORT:8080}¶spring.datasource.url=jdbc:mysql://db.internal:${DATASOURCE_PORT:3306}/@app@¶@o@.host=@o@
#### other-ansible | yes29 | pg | | deploy.yml
- hosts: web¶  tasks:¶    - docker_container:¶        name: @app@¶        image: acme/@app@¶        links: ["@app@_@o@:@o@"]¶        env:¶          @A@_PORT: "5432"
== Dockerfile
FROM python:3.7¶COPY conf.py /¶CMD ["python", "/conf.py"]
== conf.py
import os¶DB_PORT = int(os.environ['@A@_PORT'])
#### other-php | yes29 | mysql | | docker-compose.yml
php:¶  build: .¶  links: ["@o@"]¶  environment: {@A@_HOST: rds.internal, @A@_PORT: "3306"}¶@o@: {image: "@oi@"}
== Dockerfile
FROM php:7.1-cli¶COPY index.php /¶CMD ["php", "/index.php"]
== index.php
<?php¶$dsn = sprintf('mysql:host=%s;port=%d', getenv('@A@_HOST'), (int) getenv('@A@_PORT'));
#### other-comment | yes29 | any | | up.sh
#!/bin/sh¶docker run -d --name @o@ @oi@¶docker run -d --link @o@:@o@ acme/@app@
== Dockerfile
FROM ruby:2.5¶COPY app.rb /¶CMD ["ruby", "/app.rb"]
== app.rb
require 'socket'¶# We resolve the alias by name; @O@_PORT_@q@_TCP_ADDR is not needed.¶TCPSocket.new('@o@', @q@)
#### other-rust | yes29 | any | | run.sh
#!/bin/sh¶docker run --name @app@-@o@ -d @oi@¶docker run --rm --link=@app@-@o@:@o@ -e @A@_PORT=@p@ acme/@app@
== Dockerfile
FROM rust:1.40¶COPY . /src¶WORKDIR /src¶CMD ["cargo", "run"]
== src/main.rs
fn main() {¶    let port: u16 = std::env::var("@A@_PORT").unwrap().parse().unwrap();¶    println!("tcp://{}:{}", "localhost", port);¶}
#### other-compose-tests | yes29 | any | | docker-compose.test.yml
sut:¶  build: .¶  command: ./run_tests.sh¶  links:¶    - @o@¶@o@:¶  image: @oi@
== Dockerfile
FROM alpine:3.7¶COPY run_tests.sh /run_tests.sh¶WORKDIR /
== run_tests.sh
#!/bin/sh¶nc -z @o@ @q@ && echo ok
"""

NOISE = [
    (".gitignore", "*.log\nbuild/\n.env.local\n"),
    (".editorconfig", "root = true\n\n[*]\nindent_style = space\n"),
    ("LICENSE", "MIT License\n\nCopyright (c) 2016 Acme\n"),
    ("docs/notes.md", "# Notes\n\nAsk the platform team for access.\n"),
    ("CONTRIBUTING.md", "# Contributing\n\nOpen a pull request against `main`.\n"),
]
LINKERS = [
    (
        "docker-compose.yml",
        'web:¶  build: .¶  ports:¶    - "80:8000"¶  links:¶    - store:@a@¶store:¶  image: @i@¶  environment:¶    @e@: changeme',
    ),
    ("docker-compose.yml", '@a@:¶  image: @i@¶¶web:¶  build: .¶  links: ["@a@"]'),
    ("fig.yml", "web:¶  build: .¶  links:¶    - @a@¶@a@:¶  image: @i@"),
    (
        "scripts/docker-run.sh",
        "#!/bin/sh¶docker run -d --name @s@ -e @e@=changeme @i@¶docker run -d --name @app@ --link @s@:@a@ -p 80:8000 acme/@app@",
    ),
    ("hack/up", '#!/bin/bash¶opts=(-d --name @app@)¶opts+=(--link "@s@:@a@")¶docker run "${opts[@]}" acme/@app@'),
    ("Makefile", "run:¶→docker run -d --name @s@ @i@¶→docker run --rm --link @s@:@a@ acme/@app@"),
    (
        "deploy/units/@app@.service",
        "[Service]¶ExecStart=/usr/bin/docker run --rm --name @app@ --link=@s@:@a@ acme/@app@¶ExecStop=/usr/bin/docker stop @app@",
    ),
    (
        "deploy/site.yml",
        '- hosts: app¶  tasks:¶    - docker_container:¶        name: @app@¶        image: acme/@app@¶        links:¶          - "@s@:@a@"',
    ),
]


def _names(rng, kind):
    if kind == "any":
        kind = rng.choice(sorted(KINDS))
    port, image, env, aliases = KINDS[kind]
    alias, app = rng.choice(aliases), rng.choice(APPS)
    other, oport, oimage = rng.choice(OTHERS)
    under = alias.replace("-", "_")
    return {
        "a": alias,
        "A": under.upper(),
        "u": under,
        "k": alias.replace("_", "-"),
        "slash": under.replace("_", "/"),
        "p": str(port),
        "i": image,
        "e": env,
        "app": app,
        "s": "%s-%s" % (app, kind),
        "o": other,
        "O": other.upper(),
        "q": str(oport),
        "oi": oimage,
        "d": rng.choice(["", "src/", "app/", "services/%s/" % app]),
    }


def _fill(text, names):
    text = re.sub(r"@(%s)@" % "|".join(names), lambda m: names[m.group(1)], text)
    return text.replace("¶", "\n").replace("→", "\t")


def _parse():
    for block in re.split(r"^#### ", READS + LINKS30 + HARMLESS, flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        name, expected, kind, flags, first = [part.strip() for part in head.split("|")]
        sections = [first] + re.split(r"^== (\S+)\n", body, flags=re.M)
        yield name, expected, kind, flags, list(zip(sections[::2], sections[1::2]))


def trees(seed):
    out = []
    for name, expected, kind, flags, sections in _parse():
        rng = random.Random("%s/%s" % (seed, name))
        names = _names(rng, kind)
        files = {_fill(path, names): _fill(text, names) for path, text in sections}
        if flags == "L" or (flags == "?" and rng.random() < 0.5):
            path, text = rng.choice([l for l in LINKERS if _fill(l[0], names) not in files])
            files[_fill(path, names)] = _fill(text, names) + "\n"
        for path, text in rng.sample(NOISE, rng.randint(0, 2)):
            files.setdefault(path, text)
        out.append(("%s-%s" % (name, seed), expected, files))
    return out
