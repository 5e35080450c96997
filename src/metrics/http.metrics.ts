import { Injectable } from '@nestjs/common';
import { AnsweredRequests } from '../http/answered.requests.js';
import { RequestMetricsService } from './request-metrics.service.js';

/** Counts every HTTP request by the template of its route. */
@Injectable()
export class HttpMetrics {
  constructor(requests: AnsweredRequests, metrics: RequestMetricsService) {
    requests.listen((route, method, code) => metrics.answered(route, method, code));
  }
}
