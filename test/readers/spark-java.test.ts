import { beforeAll, expect, test } from 'vitest';
import spark from '../../src/readers/spark-java/index.js';
import jvm from '../../src/syntax/jvm/index.js';
import { answers, EVIL } from '../support/answers.js';
import { silent } from '../support/hold.js';
import { readJvm } from '../support/jvm.js';
import { holdRecordedInJvm, recorded } from '../support/recorded.js';

beforeAll(() => jvm.load());

/** 4 programs on 2.9.4. */
test('answers like the recorded servers', () => {
  const scenario = (status: number, method: string): object => (method !== 'OPTIONS' && status === 404 ? { status } : {});
  expect(holdRecordedInJvm(recorded('spark-java'), spark, { silent: silent(404), scenario, unordered: [] })).toEqual({ held: 60, failures: [] });
});

test.each([
  ['a filter that is an object', 'import spark.*;\npublic final class Cors {\n  public static void apply() {\n    Filter filter = new Filter() {\n      @Override\n      public void handle(Request request, Response response) throws Exception {\n        response.header("Access-Control-Allow-Origin", "*");\n      }\n    };\n    Spark.after(filter);\n  }\n}\n'],
  ['a service', 'import spark.Service;\nclass App {\n  void start() {\n    Service http = Service.ignite().port(80);\n    http.before((q, a) -> a.header("Access-Control-Allow-Origin", "*"));\n  }\n}\n'],
  ['a function that is imported by itself', 'import static spark.Spark.before;\nclass App {\n  static { before((q, a) -> a.header("Access-Control-Allow-Origin", "*")); }\n  void f() { before((q, a) -> a.header("Access-Control-Allow-Origin", "*")); }\n}\n'],
])('%s', (_name, text) => {
  const { policies } = readJvm(spark, { 'App.java': text }, 'App.java');
  expect(policies.map((policy) => answers(policy, 'GET', '/', EVIL).map(([, headers]) => headers['allow-origin']))).toEqual([['*']]);
});

test('silence: another Spark', () => {
  expect(readJvm(spark, { 'App.java': 'import org.apache.spark.sql.SparkSession;\nclass App { void f(SparkSession s) { s.read().option("Access-Control-Allow-Origin", "*"); } }\n' }, 'App.java').policies).toEqual([]);
});
