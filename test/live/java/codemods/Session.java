import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/** Every request but a preflight belongs to the session of a user; no error page is asked for, since a request for one would pass the chains again. */
public class Session {
  @Bean
  FilterRegistrationBean<Filter> userOfEverySession() {
    FilterRegistrationBean<Filter> bean = new FilterRegistrationBean<>((request, response, chain) -> {
      HttpServletRequest asked = (HttpServletRequest) request;
      if (asked.getHeader("Access-Control-Request-Method") == null) {
        SecurityContext user = SecurityContextHolder.createEmptyContext();
        user.setAuthentication(new UsernamePasswordAuthenticationToken("user", "", AuthorityUtils.createAuthorityList("ROLE_USER", "ROLE_ADMIN")));
        asked.getSession(true).setAttribute("SPRING_SECURITY_CONTEXT", user);
      }
      chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
        @Override
        public void sendError(int status) {
          setStatus(status);
        }

        @Override
        public void sendError(int status, String message) {
          setStatus(status);
        }
      });
    });
    bean.setOrder(Integer.MIN_VALUE);
    return bean;
  }
}
