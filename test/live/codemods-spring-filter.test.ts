import filterToCorsFilter from '../../src/codemods/spring-filter-to-cors-filter.js';
import { applicationsAnswerAlike } from './rewritten-applications.js';

/** Something to ask: a filter stands in front of every path, whatever is there. */
const EVERYTHING = `package com.example.shop;

import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Everything {
    @RequestMapping("/**")
    public String read() {
        return "something";
    }
}
`;

applicationsAnswerAlike({ 'spring-filter-to-cors-filter': filterToCorsFilter }, { 'src/main/java/com/example/shop/Everything.java': EVERYTHING });
